import type { SimulateFlags } from '../commands/simulate.ts'
import { type ExitCode, exitCodes, noneFits } from '../exit-codes.ts'
import { SentRecords } from '../measure/sent-records.ts'
import type { Remote } from '../remote/remote.ts'
import { onInterrupt } from '../run/interrupt.ts'
import { AlertWatch } from './alert-watch.ts'
import { openWays } from './open-ways.ts'
import { played, simulated } from './records.ts'
import { printReport, reportOf } from './report.ts'
import { Sending } from './sending.ts'

/** Sends records to a stream until there are no more, the time is over, or Ctrl-C; then tells what became of them. */
export async function simulate(remote: Remote, stream: string, flags: SimulateFlags): Promise<ExitCode> {
  const { client, terminal, show } = remote
  const { declaration } = await client.getStream(stream)
  const records = await (flags.file === undefined ? simulated(declaration, flags) : played(flags.file, declaration))
  const ways = await openWays(remote, stream, records.header, flags)
  const sent = new SentRecords(stream, declaration, records.header)
  const watch = flags.measure === undefined ? null : await AlertWatch.open(client, sent, flags.measure)
  const interrupt = onInterrupt()
  const sending = new Sending({ lines: records.lines, ways, flags, sent: watch === null ? null : sent })
  const telling = setInterval(() => terminal.errIsTerminal && terminal.err(`\r${sending.text()}\u001b[K`), 500)
  void interrupt.stopped.then(() => sending.stop())
  try {
    await sending.run().finally(() => Promise.all(ways.map((way) => way.close())))
    await watch?.stop()
  } finally {
    watch?.close()
    clearInterval(telling)
    if (terminal.errIsTerminal) terminal.err('\r\u001b[K')
    interrupt.release()
  }
  const report = reportOf(sending, watch)
  show(report, () => printReport(report, terminal))
  if (!sending.isAcknowledged) return exitCodes.environment
  return noneFits(report) ? exitCodes.refused : exitCodes.ok
}
