import * as z from 'zod/mini'

/** Where the commands of a session run. */
export type HandsChoice =
  /** The sandbox in its tab. */
  | { readonly type: 'embedded' }
  /** The runtime of StackBlitz in its tab. */
  | { readonly type: 'webcontainers' }
  | RemoteChoice

/** A directory of some machine, offered at the relay by `tabwright hands`. */
export interface RemoteChoice extends OfferedDirectory {
  readonly type: 'remote'
}

/** A directory as its worker tells of it. Another one of the same name differs in the rest. */
export interface OfferedDirectory {
  /** What its functions begin with. */
  readonly name: string
  /** Of machine and path. */
  readonly mark: string
  /** Of the token that its worker came with, which it does not choose; empty where the relay does not say. */
  readonly identity: string
  /** Commands are kept to it, and off the network, by its system. */
  readonly isConfined: boolean
}

/** Where a session begins. */
export const EMBEDDED: HandsChoice = { type: 'embedded' }

/** Where the commands of a session run for which the person left it to the app, and why. */
export interface AutomaticPlace {
  readonly hands: HandsChoice
  /** `fits`: the sandbox is enough, as far as is known. The other three are about what the project needs. */
  readonly why: 'fits' | 'needed' | 'not-agreed' | 'not-here'
  /** A package, or a Node, by its name; undefined with `fits`. */
  readonly need?: string
}

/** Whether commands run at the same place, in the same way. */
export function isSameHands(one: HandsChoice, other: HandsChoice): boolean {
  return keyOfHands(one) === keyOfHands(other)
}

/** The same for the same place only. */
export function keyOfHands(choice: HandsChoice): string {
  if (choice.type !== 'remote') return choice.type
  const { type, name, mark, identity, isConfined } = choice
  return JSON.stringify([type, name, mark, identity, isConfined])
}

/** A place in the words of the page. */
export function handsName(choice: HandsChoice): string {
  if (choice.type === 'embedded') return 'Sandbox in this tab'
  return choice.type === 'webcontainers' ? 'WebContainers in this tab' : `Directory ${choice.name}`
}

const line = z.string().check(z.maxLength(200))

/** As the log holds it. */
export const HANDS_CHOICE: z.ZodMiniType<HandsChoice, HandsChoice> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('embedded') }),
  z.strictObject({ type: z.literal('webcontainers') }),
  z.strictObject({ type: z.literal('remote'), name: line, mark: line, identity: line, isConfined: z.boolean() }),
])
