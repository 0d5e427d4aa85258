import type { TextCodec } from '../core/ports'
import { textOf } from '../workspace/bytes'

const encoder = new TextEncoder()

export const utf8: TextCodec = { encode: (text) => encoder.encode(text), decode: textOf }
