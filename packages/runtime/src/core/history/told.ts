import type { Fact } from '../fact'

/** Why files are not as the agent knows them. */
export type Told =
  /** They went back. `kept`: left as they were because of somebody else's changes. */
  | { readonly type: 'back'; readonly kept: readonly string[] }
  /** The conversation went back and they did not. */
  | { readonly type: 'stayed' }

/** Names of a long list are of no use to anybody. */
const MAX_NAMED = 40

/** A message that travels along with the next request, as a review's does. */
export function toldOfFiles(paths: readonly string[], told: Told): Fact {
  return { type: 'message.user', data: { content: [{ type: 'text', text: textOf(paths, told) }], from: 'review' } }
}

function textOf(paths: readonly string[], told: Told): string {
  const read = 'Read the current content before any further edit.'
  if (told.type === 'stayed') return `These files are not as you know them from this conversation: ${named(paths)}. ${read}`
  const kept = told.kept.length > 0 ? ` Left as they were: ${named(told.kept)}.` : ''
  return `The person put files back to an earlier state: ${named(paths)}.${kept} Do not make those changes again unless asked. ${read}`
}

function named(paths: readonly string[]): string {
  const list = paths.slice(0, MAX_NAMED).join(', ')
  return paths.length > MAX_NAMED ? `${list} and ${paths.length - MAX_NAMED} more` : list
}
