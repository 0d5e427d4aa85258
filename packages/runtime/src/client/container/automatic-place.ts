import { EMBEDDED, type AutomaticPlace } from '@tabwright/protocol'
import { needOf, type ProjectWords } from './project-needs'

/** What is known of a session for which the app chooses. */
export interface AutomaticInput extends ProjectWords {
  /** The person agreed to WebContainers in this browser. */
  readonly isAgreed: boolean
  /** This page can have one, and the last one that was begun came up. */
  readonly canHave: boolean
}

/** Every session begins in the sandbox, which costs nothing. */
export function automaticPlace({ isAgreed, canHave, ...words }: AutomaticInput): AutomaticPlace {
  const need = needOf(words)
  if (need === undefined) return { hands: EMBEDDED, why: 'fits' }
  if (!isAgreed) return { hands: EMBEDDED, why: 'not-agreed', need }
  return canHave ? { hands: { type: 'webcontainers' }, why: 'needed', need } : { hands: EMBEDDED, why: 'not-here', need }
}

/** Why it is that place, for the agent. */
export function whyText({ why, need }: AutomaticPlace): string {
  return why === 'needed' ? `the project needs ${need}, which the sandbox lacks` : 'the sandbox is what there is for this project'
}
