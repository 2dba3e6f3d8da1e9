export interface ConnectorKillFigures {
  kills: number
  cases: number
  /** Of connections between the server and a system. */
  cuts: number
  /** Sources and sinks that were found failing before a kill. */
  failing: number
  records: number
  letters: number
  /** Of RabbitMQ: messages that a producer sent twice, dead letters that are there again for that or another reason. */
  sentTwice: number
  lettersAgain: number
  results: number
  /** Messages of queues that came again. */
  resultsAgain: number
}

/** As in docs/proof.md. */
export const figureNames: Readonly<Record<keyof ConnectorKillFigures, string>> = {
  kills: 'kills',
  cases: 'cases',
  cuts: 'connections cut',
  failing: 'sources and sinks found failing on the way',
  records: 'records, each in its stream once',
  letters: 'dead letters, those of Kafka once',
  sentTwice: 'messages that were sent to RabbitMQ twice',
  lettersAgain: 'dead letters of RabbitMQ that are there again',
  results: 'results, each in Kafka once, the newest in PostgreSQL',
  resultsAgain: 'results that came again in RabbitMQ',
}

export function noFigures(): ConnectorKillFigures {
  return { kills: 0, cases: 0, cuts: 0, failing: 0, records: 0, letters: 0, sentTwice: 0, lettersAgain: 0, results: 0, resultsAgain: 0 }
}
