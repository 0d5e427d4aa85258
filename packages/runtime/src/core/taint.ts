import type { Content, SessionEvent, SessionTaint, TaintLeg } from '@tabwright/protocol'
import { isAttached } from './attached'
import type { Fact } from './fact'
import { classText, pathClass } from './gate/path-class'

/** Adds a fact. What was set stays set: what a session has read it cannot be made to forget. */
export function foldTaint(taint: SessionTaint, event: SessionEvent): SessionTaint {
  const leg = (source: string): TaintLeg => ({ source, seq: event.seq, at: event.at })
  switch (event.type) {
    case 'fetch.started': {
      const { host = 'the network', token } = event.data
      return {
        ...taint,
        untrusted: taint.untrusted ?? leg(`what ${host} answered`),
        egress: taint.egress ?? leg(`a request to ${host}`),
        ...(token && { private: privateWith(taint, leg(`the token that is kept for ${host}`)) }),
      }
    }
    case 'call.started': {
      const { remote } = event.data
      if (!remote) return taint
      // It may read a person's disk, mail or orders: what it gives counts as private, whatever it says of itself.
      return {
        ...taint,
        untrusted: taint.untrusted ?? leg(`what ${remote.function} of the worker ${remote.worker} answered`),
        private: privateWith(taint, {
          ...leg(`what the worker ${remote.worker} keeps`),
          ...(remote.identity && { keeper: remote.identity }),
        }),
        egress: taint.egress ?? leg(`a call of ${remote.function}`),
      }
    }
    case 'call.ended': {
      const [who] = event.data.from ?? []
      return who === undefined ? taint : { ...taint, untrusted: taint.untrusted ?? leg(`words of ${who}`) }
    }
    case 'call.requested':
      return { ...taint, untrusted: taint.untrusted ?? leg(`what the worker ${event.data.by} asked for`) }
    case 'message.user':
      return ofMessage(taint, event.data, leg)
    case 'workspace.changed': {
      const source = taint.private && taint.private.keeper === undefined ? undefined : privateSource(event.data)
      const unread = taint.untrusted || taint.unread !== undefined ? undefined : broughtIn(event.data)
      const own = source !== undefined && { private: privateWith(taint, leg(source)) }
      return { ...taint, ...own, ...(unread !== undefined && { unread }) }
    }
    case 'import.read': {
      const { unread: _, ...rest } = taint
      return { ...rest, untrusted: taint.untrusted ?? leg(event.data.source) }
    }
    case 'functions.told':
      return {
        ...taint,
        untrusted: taint.untrusted ?? leg(`what ${event.data.workers.map((who) => `the worker ${who}`).join(' and ')} said of functions`),
      }
    case 'leak.stopped':
      return { ...taint, alarm: taint.alarm ?? leg(`a ${event.data.fetch === undefined ? 'call of' : 'request to'} ${event.data.host}`) }
    case 'network.chosen':
      return { ...taint, isClosed: !event.data.open }
    default:
      return taint
  }
}

/** A worker's words are others'; what a person attaches is like a file that they bring in, only that the model reads it at once. */
function ofMessage(
  taint: SessionTaint,
  { from, by = 'a worker', content }: SessionEvent<'message.user'>['data'],
  leg: (source: string) => TaintLeg,
): SessionTaint {
  if (from === 'worker') return { ...taint, untrusted: taint.untrusted ?? leg(`a message of the worker ${by}`) }
  const brought = from === 'user' ? attachedSource(content) : undefined
  return brought === undefined ? taint : { ...taint, untrusted: taint.untrusted ?? leg(brought), private: privateWith(taint, leg(brought)) }
}

/** The first source counts, and what joins it has more than one keeper. */
function privateWith({ private: before }: SessionTaint, leg: TaintLeg): TaintLeg {
  if (!before) return leg
  const { keeper, ...shared } = before
  return keeper === leg.keeper ? before : shared
}

/** Words for what of a change is not public: what a person brought or wrote, and what may hold secrets, whoever wrote it. */
function privateSource({ by, changes }: SessionEvent<'workspace.changed'>['data']): string | undefined {
  const present = changes.filter(({ after }) => after !== null)
  const [first] = present
  if (!first) return undefined
  const secret = present.find(({ path }) => pathClass(`/workspace/${path}`) === 'secret-file')
  if (secret) return classText(`/workspace/${secret.path}`, 'secret-file')
  return broughtIn({ by, changes }) ?? (by === 'user' ? `${first.path}, which you wrote` : undefined)
}

/** Words for what a person attached. */
function attachedSource(content: readonly Content[]): string | undefined {
  const names = content.flatMap((block) => (isAttached(block) ? [block.name ?? 'a picture'] : []))
  const [first] = names
  if (first === undefined) return undefined
  return names.length === 1 ? `${first}, which you attached` : `${names.length} things that you attached`
}

/** Words for what a person brought in from outside: who wrote it nobody knows. */
function broughtIn({ by, changes }: Pick<SessionEvent<'workspace.changed'>['data'], 'by' | 'changes'>): string | undefined {
  const present = changes.filter(({ after }) => after !== null)
  const [first] = present
  if (by !== 'import' || !first) return undefined
  return present.length === 1 ? `${first.path}, which you brought in` : `${present.length} files that you brought in`
}

/** Tools whose results hold nothing of what stands in a file, as far as they do not say that they do. */
const QUIET: ReadonlySet<string> = new Set(['list_files', 'glob', 'write_file', 'ask_person', 'search_tools', 'todo'])

/** Written in front of what brings the words of files that a person brought in: from then on others' words are here. */
export function readOfImport({ unread, untrusted }: SessionTaint, tool: string, quotes = false): readonly Fact[] {
  return unread === undefined || untrusted || (QUIET.has(tool) && !quotes) ? [] : [{ type: 'import.read', data: { source: unread } }]
}

/** What others wrote and what is not public are both here: a way out is all that is missing. @param to identity of the worker that a call goes to */
export function isTainted({ untrusted, private: own }: SessionTaint, to?: string): boolean {
  return untrusted !== undefined && own !== undefined && (own.keeper === undefined || own.keeper !== to)
}
