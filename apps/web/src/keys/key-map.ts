import { isChord, isSameChord, type Chord } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { ACTIONS, type ActionId } from './actions'

/** Keys that a person chose; those of the other actions are as they came. */
export type OwnKeys = Partial<Readonly<Record<ActionId, Chord>>>

export const KEYS_KEY = 'tabwright.keys'

const isAction = (id: string): id is ActionId => ACTIONS.some((action) => action.id === id)

/** What was kept. Anything else than keys of actions that are still there is passed over: it is a small setting. */
export function ownKeysOf(text: string | null): OwnKeys {
  try {
    const kept: unknown = JSON.parse(text ?? '{}')
    if (typeof kept !== 'object' || kept === null) return {}
    return Object.fromEntries(Object.entries(kept).filter(([id, chord]) => isAction(id) && typeof chord === 'string' && isChord(chord)))
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

/** The keys of an action as they are now. */
export function keysOf(id: ActionId, own: OwnKeys): Chord {
  return own[id] ?? ACTIONS.find((action) => action.id === id)?.keys ?? ''
}

/** Who has these keys already. */
export function clashOf(id: ActionId, chord: Chord, own: OwnKeys): string | undefined {
  const other = ACTIONS.find((action) => action.id !== id && isSameChord(keysOf(action.id, own), chord))
  return other && t(other.label)
}

/** With other keys for one action; undefined: those that it came with. */
export function withKeys(own: OwnKeys, id: ActionId, chord: Chord | undefined): OwnKeys {
  const { [id]: _, ...others } = own
  return chord === undefined || chord === keysOf(id, {}) ? others : { ...others, [id]: chord }
}
