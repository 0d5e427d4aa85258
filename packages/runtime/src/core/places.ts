import {
  fail,
  FailureError,
  failureOf,
  handsName,
  isSameHands,
  type Failure,
  type Hands,
  type HandsChoice,
  type LeaseId,
  type WorkspaceDraft,
} from '@tabwright/protocol'
import { notedBy } from './agents/told'
import { withoutConflicts } from './landing'
import type { Fact } from './fact'
import type { Journal } from './journal'
import type { Ports } from './ports'
import type { GatedTool } from './registry'
import type { Tool } from './tool'

/** A place for commands beside the sandbox of the tab. */
export interface Place {
  /** In a clause, as people call it: `the directory "shop"`. */
  readonly name: string
  readonly hands: Hands
  /** Whose words come back, and what a permission is bound to. */
  readonly owner: NonNullable<Tool['owner']>
  /** Its system keeps commands off the network. */
  readonly isConfined: boolean
  /** Files that git would run there by itself, as they were when it was looked at last; undefined before that. Left out: nobody can know. */
  readonly gitHooks?: () => readonly string[] | undefined
  /** Its git is the sandbox's own: what that starts by itself is in the workspace. */
  readonly hasSandboxGit?: true
  /** Of the card for a command that would run there. Default: what is to be said of a directory of a machine. */
  readonly reason?: string
  /**
   * Takes in what others changed there: files of before the session, and of between two commands. Nothing goes there.
   * @throws FailureError `unavailable` where nobody offers it now
   */
  readonly bring: (lease: LeaseId, files: WorkspaceDraft, signal: AbortSignal) => Promise<void>
}

/** Finds places by what the log says of them. */
export interface Places {
  /** @returns undefined for a kind of place that is not here */
  at(chosen: Exclude<HandsChoice, { type: 'embedded' }>): Place | undefined
}

/** Undefined: the sandbox of the tab. A kind of place that is not here refuses each command: none runs in the sandbox instead. */
export function placeOf({ places }: Pick<Ports, 'places'>, chosen: HandsChoice): Place | undefined {
  return chosen.type === 'embedded' ? undefined : (places?.at(chosen) ?? absent(handsName(chosen)))
}

function absent(name: string): Place {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new FailureError({ code: 'unavailable', message: `${name} is not to be had in this tab. Nothing was run; choose another place.` }),
    )
  const caps = 'No command runs there: this tab does not have it.'
  const hands: Hands = { name: 'absent', tools: [], caps, provision: refuse, execute: refuse, release: () => Promise.resolve() }
  return { name, hands, owner: { worker: name, version: '' }, isConfined: true, bring: refuse }
}

/** @throws FailureError `unavailable` for a kind of place that is not here */
export function placeToChoose({ places }: Pick<Ports, 'places'>, chosen: HandsChoice): Place | undefined {
  if (chosen.type === 'embedded') return undefined
  return places?.at(chosen) ?? fail('unavailable', `${handsName(chosen)} is not to be had in this tab. Nothing was changed.`)
}

/**
 * A tool that runs commands, at a place that is not undone with the workspace: what it did stays, so it is of class `ask`. It is another
 * tool than the one of the sandbox, so what was allowed there is not allowed here.
 */
export function toolAt(tool: GatedTool, place: Place | undefined): GatedTool {
  return tool.usesShell && place ? { ...tool, spec: { ...tool.spec, effect: 'ask' }, owner: place.owner, place } : tool
}

/** A choice. `automatic`: the app's, for a person who left it to it, with its reason as a clause. */
export interface ChosenHands {
  readonly hands: HandsChoice
  readonly automatic?: string | undefined
}

/** The facts of a choice. Sub-agents that work are told too: their commands run there as well. */
export function handsChosen(
  { hands, automatic }: ChosenHands,
  { state, agents }: Pick<Journal, 'state' | 'agents'>,
  place: Place | undefined,
): readonly Fact[] {
  const by = automatic === undefined ? 'user' : 'app'
  // Who chose decides whether it may change by itself; where commands run is no news to anybody.
  if (isSameHands(hands, state.hands)) return by === state.handsBy ? [] : [{ type: 'hands.chosen', data: { hands, by } }]
  const told = toldOfPlace(automatic === undefined ? handsNote(place) : `${AUTOMATIC}: ${automatic}. ${handsNote(place)}`)
  const atWork = [...agents].filter(([, { state: own }]) => own.turn !== undefined || own.stopped === undefined)
  return [{ type: 'hands.chosen', data: { hands, by } }, told, ...atWork.map(([call]) => notedBy(call, told))]
}

const AUTOMATIC = 'The person left it to this app to choose the place for your commands, and agreed to this one before'

/** A message of the app's about where commands run. */
export const toldOfPlace = (text: string): Fact => ({ type: 'message.user', data: { content: [{ type: 'text', text }], from: 'app' } })

/** What the model is told, and told again behind a summary. */
export function handsNote(place: Place | undefined): string {
  if (place === undefined)
    return 'The person chose the sandbox in this tab for your commands again. The workspace is the same; shell variables, functions and what still ran elsewhere are not here.'
  return `The person chose another place for your commands: ${place.name}. The shell tool runs there from the next command on, in a new shell in /workspace; what the tools say of the sandbox does not hold there. ${place.hands.caps} Each command there is asked about unless a rule of the person’s allows it. Files that were there are in the workspace now, as others wrote them.`
}

/** What a sub-agent is told behind its task; nothing where its prompt speaks of the place already. */
export function placeAtStart(place: Place | undefined): readonly Fact[] {
  if (place === undefined) return []
  const where = `Your commands run in another place than the sandbox: ${place.name}. What the tools say of the sandbox does not hold there. ${place.hands.caps} Each command there is asked about unless a rule of the person’s allows it.`
  return [toldOfPlace(where)]
}

/** Behind a conversation that may speak of another place than the one of now. */
export function placeOfNow(place: Place | undefined): Fact {
  return toldOfPlace(
    place === undefined
      ? 'Commands run in the sandbox in this tab, whatever is said of other places above.'
      : `Commands run in ${place.name}, whatever is said of other places above. ${place.hands.caps} Each command there is asked about unless a rule of the person’s allows it.`,
  )
}

/** Reason of a card for a command that would run there. */
export function placeReason({ name, isConfined, gitHooks, reason }: Place, input: string): string {
  if (reason !== undefined) return reason
  const how = isConfined
    ? 'confined by bubblewrap: no network, and only the directory can be written'
    : 'NOT confined: with all rights of whoever offers it, network included'
  const isGit = /\bgit\b/.test(input) && gitHooks?.() === undefined
  const hooks = isGit ? ' Which hooks git would run there by itself is not known.' : ''
  return `It would run in ${name} of a real machine, ${how}. Files of this session that differ go there with it.${hooks}`
}

/** What a person reads on the card of a call that ran and wrote what is asked about each time. */
export function ranWords(place: Place | undefined): { readonly ran: string; readonly next: string } {
  if (place === undefined) return { ran: 'It ran in the sandbox, and nothing of that is kept yet', next: 'Allow it, and it is kept.' }
  return {
    ran: `It ran in ${place.name}, which has it already, and nothing of that is in this session yet`,
    next: 'Allow it, and it is kept; deny it, and the next command there first puts back what was there.',
  }
}

interface TakingIn {
  readonly ports: Ports
  readonly journal: Journal
  readonly signal: AbortSignal
  /** A checkpoint in front of it has this name. */
  readonly checkpoint?: string
}

/**
 * What others did there becomes a change of the workspace by itself: it is no part of what a command of the agent's did.
 * @returns what the place failed with; nothing came then. Only what cannot be written to the log is thrown
 */
export async function takeIn(place: Place, { ports, journal, signal, checkpoint }: TakingIn): Promise<Failure | undefined> {
  const draft = ports.workspace.draft()
  try {
    const lease = await place.hands.provision(ports.session, signal)
    await place.bring(lease, draft, signal)
    await draft.settle()
  } catch (error) {
    return failureOf(error)
  }
  if (draft.delta().length === 0) return undefined
  await journal.write(async () => {
    const { kept } = withoutConflicts(ports, draft.delta())
    const changes = await ports.describe(kept)
    const before: readonly Fact[] = checkpoint === undefined ? [] : [{ type: 'checkpoint.made', data: { name: checkpoint } }]
    const facts: readonly Fact[] = changes.length > 0 ? [...before, { type: 'workspace.changed', data: { by: 'import', changes } }] : []
    return { facts, files: kept }
  })
  return undefined
}
