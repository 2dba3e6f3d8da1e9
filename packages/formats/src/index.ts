export type { DeadLetter, Decoder, DecoderSink, DecoderStats } from './decoder.ts'
export { type DecoderOptions, openDecoder } from './open-decoder.ts'
