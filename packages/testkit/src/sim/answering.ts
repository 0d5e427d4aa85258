import type { JsonObject } from '@tabwright/protocol'
import type { Answering } from './scenario'

/** An answer that asks for one tool. */
export function using(tool: string, input: JsonObject): Answering {
  return { calls: [{ tool, input }] }
}
