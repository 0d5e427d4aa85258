import { DEMO_MODEL_ID, fail, FailureError, type Failure } from '@tabwright/protocol'
import type { Journal } from '../journal'
import type { Ports } from '../ports'
import { cutPoint } from './cut'

/** The demo computes what it says; it has no window that could be full. */
export const NOT_FOR_DEMO: Failure = {
  code: 'unavailable',
  message: 'The demo has no context window, so there is nothing to summarise. Connect a model to use /compact.',
}

/** A person's words for a summary; the question that they become part of has its own. */
const MAX_ASKED = 8000

/** Puts a person's wish where the loop finds it, or says at once why it cannot be granted. */
export async function postCompaction(ports: Ports, journal: Journal, instructions: string | undefined): Promise<void> {
  if (ports.model().info.id === DEMO_MODEL_ID) throw new FailureError(NOT_FOR_DEMO)
  if (cutPoint(journal.wire) === 0) fail('bad_input', 'There is nothing to summarise yet; the conversation is as it was.')
  const asked = instructions?.trim() ?? ''
  if (asked.length > MAX_ASKED) fail('too_large', `The instructions have ${asked.length} characters; ${MAX_ASKED} is the limit.`)
  await ports.log.post(ports.session, { type: 'compact', ...(asked !== '' && { instructions: asked }) })
}
