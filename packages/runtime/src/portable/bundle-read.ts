import { canonicalJson, fail, FailureError, type BlobHash, type Hash, type SessionEvent, type WireRow } from '@tabwright/protocol'
import { parseStrict } from '../core/parse-strict'
import { hashInPieces } from '../io/hash-noble'
import type { WireEpoch } from '../io/image-store'
import { chainReader } from '../io/stored-chain'
import { workspacePath } from '../workspace/path'
import type { ArchiveLimits } from './archive-limits'
import { openArchive, refused, type Archive } from './archive-read'
import { createBreath } from './breath'
import { NAMES, sealedText } from './bundle-write'
import { inTurns } from './in-turns'
import { BUNDLE_VERSION, MANIFEST_SCHEMA, type Manifest } from './manifest-schema'
import { blobsOf } from './named-blobs'
import { ownNames } from './own-names'
import type { SessionImage } from './session-image'
import { wireRole } from './wire-role'

/**
 * The session in an archive, every part of it checked: names, sizes, schemas, the chain of facts, each hash and each count. Between the
 * parts, others in this worker get their turn.
 * @throws FailureError `bad_input`, `too_large` or `newer` with one sentence that names what is wrong
 */
export async function readBundle(bytes: Uint8Array, ports: BundlePorts): Promise<SessionImage> {
  const { breath = createBreath() } = ports
  const take = taker(openArchive(bytes, ports.limits), breath)
  const manifest = readManifest(await take(NAMES.manifest), ports.hash)
  for (const [name, hash] of [
    [NAMES.progress, manifest.pages.progress],
    [NAMES.transcript, manifest.pages.transcript],
  ] as const) {
    if (ports.hash(textOf(await take(name), name)) !== hash) refused(`${name} is not what its list says`)
  }
  const { facts, events } = await readFacts(manifest, await take(NAMES.facts), { hash: ports.hash, breath })
  const wire: WireEpoch[] = []
  for (const epoch of manifest.wire) {
    await breath()
    wire.push(readWire(epoch, await take(NAMES.wire(epoch.epoch)), ports.hash))
  }
  checkOrder(manifest.wire.map(({ epoch }) => epoch))
  const contents = await readContents(manifest, take, breath)
  const left = take.left()
  if (left !== undefined) refused(`${JSON.stringify(left.slice(0, 80))} is not in its list`)
  checkNamed(manifest, { events, contents })
  const { session, title, project, createdAt, files, missing, damaged } = manifest
  return { session, title, project, createdAt, facts, events, wire, files, contents, missing, ...(damaged && { damaged }) }
}

/** What reading takes from outside. */
interface BundlePorts {
  readonly hash: Hash
  /** Awaited between pieces of the work. Default: others get their turn when one took long. */
  readonly breath?: Breath
  readonly limits: ArchiveLimits
}

type Breath = ReturnType<typeof createBreath>

interface Take {
  (name: string): Promise<Uint8Array>
  /** A name that nobody took. */
  left(): string | undefined
}

function taker(archive: Archive, breath: Breath): Take {
  const left = new Set(archive.names)
  const take = async (name: string): Promise<Uint8Array> => {
    left.delete(name)
    return inTurns(archive.unpack(name) ?? refused(`${JSON.stringify(name)} is missing`), breath)
  }
  return Object.assign(take, { left: () => left.values().next().value })
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return refused(`${JSON.stringify(name)} is not text`)
    throw error
  }
}

/** Parsed without what two readers could read differently, and without keys that reach behind an object. */
function jsonOf(text: string, what: string): ReturnType<typeof parseStrict> {
  try {
    return parseStrict(text)
  } catch (error) {
    if (error instanceof FailureError) return refused(`${what} is ${error.failure.message}`)
    throw error
  }
}

function readManifest(bytes: Uint8Array, hash: Hash): Manifest {
  const raw = jsonOf(textOf(bytes, NAMES.manifest), NAMES.manifest)
  const parsed = MANIFEST_SCHEMA.safeParse(raw)
  if (!parsed.success) {
    if (isNewer(raw))
      return fail('newer', 'This session was exported by a newer version of the app. Reload to update; nothing was imported.')
    return refused(`${NAMES.manifest} has no valid ${parsed.error.issues[0]?.path.map(String).join('.') ?? 'form'}`)
  }
  const manifest: Manifest = parsed.data
  if (isNewer(raw)) return fail('newer', 'This session was exported by a newer version of the app. Reload to update; nothing was imported.')
  if (hash(sealedText(manifest)) !== manifest.hash) return refused(`${NAMES.manifest} is not what was written`)
  const files = manifest.files.map(({ path }) => path)
  if (new Set(files).size !== files.length) refused('two of its files have one name')
  for (const path of files) checkPath(path)
  return manifest
}

function isNewer(raw: unknown): boolean {
  return typeof raw === 'object' && raw !== null && 'version' in raw && typeof raw.version === 'number' && raw.version > BUNDLE_VERSION
}

function checkPath(path: string): void {
  try {
    if (workspacePath(path) === path) return
  } catch (error) {
    if (error instanceof FailureError) refused(`a file of it cannot be in a workspace: ${error.failure.message.replace(/\.$/, '')}`)
    throw error
  }
  refused(`the file name ${JSON.stringify(path.slice(0, 80))} is not written as it should be`)
}

async function readFacts(
  manifest: Manifest,
  bytes: Uint8Array,
  { hash, breath }: { readonly hash: Hash; readonly breath: Breath },
): Promise<{ facts: readonly string[]; events: readonly SessionEvent[] }> {
  const text = textOf(bytes, NAMES.facts)
  if (hash(text) !== manifest.facts.hash) refused(`${NAMES.facts} is not what its list says`)
  const facts = linesOf(text, NAMES.facts)
  if (facts.length !== manifest.facts.count) refused(`it has ${facts.length} events and not ${manifest.facts.count}`)
  const chain = chainReader(1, hash)
  const events: SessionEvent[] = []
  for (const line of facts) {
    await breath()
    events.push(readFact({ line, seq: events.length + 1, chain }))
  }
  if ((events.at(-1)?.hash ?? '') !== manifest.facts.last) refused('its last event is another one')
  const stranger = events.find((event) => event.session !== manifest.session)
  if (stranger) refused(`event ${stranger.seq} is of another session`)
  if (events[0]?.type !== 'session.opened' && manifest.damaged === undefined) refused('it does not begin with the opening of a session')
  return { facts, events }
}

function readFact({ line, seq, chain }: { line: string; seq: number; chain: ReturnType<typeof chainReader> }): SessionEvent {
  const raw = jsonOf(line, `event ${seq}`)
  if (canonicalJson(raw) !== line) refused(`event ${seq} is not written as events are`)
  try {
    return chain.next(raw)
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    if (error.failure.code === 'newer') throw error
    return refused(`event ${seq} is not what was written`)
  }
}

function linesOf(text: string, name: string): readonly string[] {
  if (text === '') return []
  if (!text.endsWith('\n')) refused(`${name} is cut off`)
  return text.slice(0, -1).split('\n')
}

function readWire(told: Manifest['wire'][number], bytes: Uint8Array, hash: Hash): WireEpoch {
  const name = NAMES.wire(told.epoch)
  const text = textOf(bytes, name)
  if (hash(text) !== told.hash) refused(`${name} is not what its list says`)
  const rows = linesOf(text, name).map((line): WireRow => {
    const row = jsonOf(line, `a line of ${name}`)
    if (typeof row !== 'object' || row === null || !('role' in row) || !('text' in row)) return refused(`a line of ${name} is no message`)
    const role = wireRole(row.role)
    const message = row.text
    if (!role || typeof message !== 'string') return refused(`a line of ${name} is no message`)
    if (JSON.stringify({ role, text: message }) !== line) refused(`a line of ${name} is not written as messages are`)
    return { role, text: message }
  })
  if (rows.length !== told.rows) refused(`${name} has ${rows.length} messages and not ${told.rows}`)
  if (rows.some((row, index) => (row.role === 'header') !== (index === 0))) refused(`${name} does not begin with its header`)
  return { epoch: told.epoch, rows }
}

function checkOrder(epochs: readonly number[]): void {
  if (epochs.some((epoch, index) => epoch !== index + 1)) refused('a part of its wire is missing')
}

async function readContents(manifest: Manifest, take: Take, breath: Breath): Promise<ReadonlyMap<BlobHash, Uint8Array>> {
  const contents = new Map<BlobHash, Uint8Array>()
  const listed = new Map<BlobHash, number>(manifest.blobs.map(({ hash, size }) => [hash, size]))
  if (listed.size !== manifest.blobs.length) refused('one content is listed twice')
  for (const [hash, size] of listed) {
    await breath()
    const bytes = await take(NAMES.blob(hash))
    if (bytes.length !== size || (await inTurns(hashInPieces(bytes), breath)) !== hash)
      refused(`the content ${hash.slice(0, 12)} is damaged`)
    contents.set(hash, bytes)
  }
  const missing = new Set(manifest.missing)
  // The others have the content of one of these, or one that is listed.
  for (const { path, hash, size } of ownNames(manifest.files)) {
    if (listed.has(hash) || missing.has(hash)) continue
    await breath()
    const bytes = await take(NAMES.file(path))
    if (bytes.length !== size || (await inTurns(hashInPieces(bytes), breath)) !== hash)
      refused(`the file ${JSON.stringify(path.slice(0, 80))} is damaged`)
    contents.set(hash, bytes)
  }
  return contents
}

/** What is named is there or told to be missing, and nothing else is. */
function checkNamed(
  manifest: Manifest,
  { events, contents }: { events: readonly SessionEvent[]; contents: ReadonlyMap<BlobHash, Uint8Array> },
): void {
  const named = new Set([...blobsOf(events), ...manifest.files.map(({ hash }) => hash)])
  const missing = new Set(manifest.missing)
  for (const hash of named) {
    if (contents.has(hash) === missing.has(hash)) refused(`the content ${hash.slice(0, 12)} is missing`)
  }
  for (const hash of [...contents.keys(), ...missing]) if (!named.has(hash)) refused(`nothing names the content ${hash.slice(0, 12)}`)
}
