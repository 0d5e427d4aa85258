import { isJsonObject, parseJson } from '@tabwright/protocol'
import type { Spent } from './ledger'
import { modelOf, PER_TOKEN, spentOf } from './meter'

/** An image or document is far fewer tokens than its characters would be. */
const ATTACHED = /"data":\s*"[A-Za-z0-9+/=]{1000,}"/g
const TOKENS_ATTACHED = 1600
/** No model is much faster. */
const TOKENS_A_SECOND = 100

/**
 * What a request cost whose answer in one piece was cut, so that nobody heard what it used: all that was asked, and what can have been answered in
 * the time. Nothing for one that is streamed: it says itself what it uses, from its first event on.
 * @param ms from the request to the cut
 */
export function estimateOfCut(body: Buffer, ms: number, at: number): Spent {
  const asked = parseJson(body.toString())
  if (!isJsonObject(asked) || asked['stream'] === true) return { dollars: 0, tokens: 0 }
  const text = body.toString().replaceAll(ATTACHED, ' '.repeat(TOKENS_ATTACHED * PER_TOKEN))
  const most = asked['max_tokens']
  const output = Math.min(typeof most === 'number' ? most : Infinity, Math.ceil((ms / 1000) * TOKENS_A_SECOND))
  return spentOf(modelOf(asked), { usage: { input: Math.ceil(text.length / PER_TOKEN), output, cacheRead: 0, cacheWrite: 0 } }, at)
}
