import type { Json, JsonObject } from '@tabwright/protocol'
import { prefixOf } from '@tabwright/protocol/relay'

/** What an identity may do with a name: offer a function, call one, bind to a trigger type, provide one. */
export type Verb = 'register' | 'call' | 'bind' | 'provide'

/** Name patterns for each verb. `*` is everything, `orders::*` what begins with it, anything else itself. */
export type Grants = { readonly [verb in Verb]: readonly string[] }

/** Who acts. Comes from the record of a token and from nothing that a client says about itself. */
export interface Identity {
  readonly id: string
  /** Which of those that had this id one after the other; undefined: the id stands for one for ever. */
  readonly epoch?: string
  /** `tab`: a page that was paired. `worker`: holds a token. `relay`: this process. */
  readonly kind: 'tab' | 'worker' | 'relay'
  readonly grants: Grants
  /** Put in front of what it registers, and taken off again when it is called. */
  readonly prefix?: string
  /** Functions that it may never call, whatever else it was granted. */
  readonly forbidden?: readonly string[]
  /** Beside its grants it may call functions whose metadata has one of these. */
  readonly exposed?: readonly ExposedBy[]
  /** From the auth function, handed on to the middleware function. */
  readonly context?: Json
}

/**
 * What is written down of who acts, for things that outlive a connection: another token of the same name is another.
 * What an older relay wrote is the id alone, and stands for whoever has it.
 */
export function subjectOf({ id, epoch }: Identity): string {
  return epoch === undefined ? id : `${id}@${epoch}`
}

/** The id of a subject, and whether it names one epoch, which never comes back once it is over. */
export function readSubject(subject: string): { readonly id: string; readonly hasEpoch: boolean } {
  const at = subject.indexOf('@')
  return at === -1 ? { id: subject, hasEpoch: false } : { id: subject.slice(0, at), hasEpoch: true }
}

/** Ids of those that have no token of ours begin with this. */
export const STRANGER = 'guest:'

export function isStranger(id: string): boolean {
  return id.startsWith(STRANGER)
}

/** On whose account it is that something of a subject is kept. Each stranger without a prefix is another, so that all of them are one. */
export function accountOf(subject: string): string {
  const { id, hasEpoch } = readSubject(subject)
  return hasEpoch && isStranger(id) ? STRANGER : id
}

/** Who that is now, by a list of identities as they are now; undefined: nobody any more. */
export function bySubject(subject: string, identity: (id: string) => Identity | undefined): Identity | undefined {
  const { id, hasEpoch } = readSubject(subject)
  const found = identity(id)
  return found === undefined || !hasEpoch || subjectOf(found) === subject ? found : undefined
}

/** A member of a function's metadata, and what it has to be. */
export interface ExposedBy {
  readonly member: string
  readonly value: Json
}

/** Whether it may call the function, by grants or by what its owner says of it. */
export function mayCall(identity: Identity, name: string, metadata: JsonObject | undefined): boolean {
  if (isGranted(identity, 'call', name)) return true
  if (identity.exposed === undefined || metadata === undefined || isForbidden(identity, name)) return false
  return identity.exposed.some(({ member, value }) => Object.hasOwn(metadata, member) && metadata[member] === value)
}

const EVERYTHING: Grants = { register: ['*'], call: ['*'], bind: ['*'], provide: ['*'] }

/** The relay's own calls. */
export const RELAY_IDENTITY: Identity = { id: 'relay', kind: 'relay', grants: EVERYTHING }
/** The holder of `TABWRIGHT_TOKEN`: the person's own programs. */
export const DEFAULT_IDENTITY: Identity = { id: 'default', kind: 'worker', grants: EVERYTHING }
/** Tabs that were paired. */
export const TAB_IDENTITY: Identity = { id: 'tab', kind: 'tab', grants: EVERYTHING }

/** Servers of the Model Context Protocol: they offer their tools, and call nothing. */
export const MCP_IDENTITY: Identity = {
  id: 'mcp',
  kind: 'relay',
  grants: { register: ['mcp::*'], call: [], bind: [], provide: [] },
}

/** Whether the grants alone allow it; names that are another identity's own are looked at where names are given out. */
export function isGranted(identity: Identity, verb: Verb, name: string): boolean {
  if (verb === 'call' && isForbidden(identity, name)) return false
  return identity.grants[verb].some((pattern) => matches(pattern, name))
}

/**
 * Whether it has a name of its own for it, so that what it binds to a trigger may be this function without a grant to call it. Who may offer
 * everything has no names of its own. Whoever fires also looks that nobody else owns it.
 */
export function isOwnName(identity: Identity, name: string): boolean {
  return !isForbidden(identity, name) && identity.grants.register.some((pattern) => pattern !== '*' && matches(pattern, name))
}

/** What its triggers may call. @param owner whose the function is now; undefined: nobody's */
export function mayFireFor(identity: Identity, name: string, owner: string | undefined): boolean {
  return isGranted(identity, 'call', name) || (isOwnName(identity, name) && (owner === undefined || owner === identity.id))
}

/** Comes before everything else that could allow it. */
export function isForbidden({ forbidden }: Identity, name: string): boolean {
  return forbidden !== undefined && forbidden.some((pattern) => matches(pattern, name))
}

function matches(pattern: string, name: string): boolean {
  if (pattern === '*') return true
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

/** The first segments that an identity's own names begin with: nobody else registers under them. */
export function ownPrefixes(identity: Identity): readonly string[] {
  return identity.grants.register.flatMap((pattern) => (pattern === '*' ? [] : [prefixOf(pattern)])).filter((one) => one !== '')
}
