export type { DeadLetter, Decoder, DecoderSink, DecoderStats } from './decoder.ts'
export { type Encoder, type EncoderOptions, openEncoder } from './encode/open-encoder.ts'
export { type DecoderOptions, openDecoder } from './open-decoder.ts'
export { ResultIds, type ResultSource } from './result-id.ts'
