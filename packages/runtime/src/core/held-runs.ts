import type { CallId, Digest, WorkspaceDraft } from '@tabwright/protocol'
import { heldBack } from './gate/held'
import { classText, pathClass } from './gate/path-class'
import { subjectOf } from './gate/subject'
import { land, type Landed, type Landing } from './landing'
import { modeNow } from './modes'
import { parseStrict } from './parse-strict'
import { ranWords } from './places'
import type { Ports } from './ports'
import type { CallRecord } from './records'

/** A call that ran, as it stood when nothing of it was kept. */
export interface HeldRun {
  readonly digest: Digest
  readonly landed: Omit<Landed, 'call'>
}

/** Where calls land that may have to wait for a person's word on what they did. */
export interface Holding extends Landing {
  /** What calls brought that wait. Gone with the worker: then the call runs again. */
  readonly held: Map<CallId, HeldRun>
}

/** Keeps what a call brought, or asks about it first. */
export async function landOrHold(holding: Holding, landed: Landed): Promise<void> {
  const { call, result, files } = landed
  const writes = result.type === 'threw' || holding.signal.aborted ? [] : await heldFrom(holding, call, files)
  return writes.length === 0 ? land(holding, landed) : holdBack(holding, landed, writes)
}

/** What a call did to protected files that it was not allowed to do by name. */
async function heldFrom({ journal, ports }: Holding, call: CallRecord, files: WorkspaceDraft): Promise<readonly string[]> {
  const { judged } = call
  if (modeNow(journal.state) === 'bypass' || judged === undefined) return []
  await files.settle()
  const { verdict } = judged
  const allowed = new Set(verdict.type === 'ask' ? [...(verdict.writes ?? []), ...(verdict.names ?? [])] : [])
  const named = namedBy(ports, call, judged.bytes)
  const isNamed = (path: string): boolean => named.some((one) => path === one || path.startsWith(`${one}/`))
  return heldBack(files.delta(), (bytes) => ports.text.decode(bytes)).filter((path) => !allowed.has(path) && !isNamed(path))
}

/** Protected paths that its words said it writes: they were asked about by name. */
function namedBy({ readCommand }: Ports, { content }: CallRecord, bytes: string): readonly string[] {
  const eyes = { readCommand, followLinks: (path: string) => path, gitHooks: [] }
  const { paths } = subjectOf({ tool: content.name, input: parseStrict(bytes), bytes, effect: 'tx' }, eyes)
  return paths.flatMap(({ path, kind, writes }) => (writes && kind !== 'workspace' ? [path.replace(/^\/workspace\//, '')] : []))
}

/** Nothing of the run is kept before a person has said so. */
async function holdBack({ journal, held }: Holding, { call, ...landed }: Landed, writes: readonly string[]): Promise<void> {
  const { judged } = call
  if (judged === undefined) return
  const known = judged.verdict.type === 'ask' ? (judged.verdict.writes ?? []) : []
  const all = [...new Set([...known, ...writes])].toSorted()
  const what = all.map((path) => classText(`/workspace/${path}`, pathClass(`/workspace/${path}`))).join('; ')
  const { ran, next } = ranWords(landed.place)
  const reason = `${ran}: it writes what is asked about each time (${what}). ${next}`
  const data = { call: call.content.id, verdict: { type: 'ask', reason, writes: all } as const, digest: judged.digest, bytes: judged.bytes }
  held.set(call.content.id, { digest: judged.digest, landed })
  await journal.write({ facts: [{ type: 'call.judged', data }] })
}
