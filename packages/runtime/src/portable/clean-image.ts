import {
  blobHash,
  canonicalJson,
  fromBase64,
  isJsonObject,
  parseJson,
  withoutMetadata,
  type BlobHash,
  type Hash,
  type Json,
  type JsonObject,
  type Removal,
  type SessionEvent,
  type ShareChoice,
} from '@tabwright/protocol'
import { toldBy } from '../core/agents/told'
import { canaryOf } from '../core/canary'
import { pathClass } from '../core/gate/path-class'
import { createDetector, secretsOfFile, type Detector, type Secret } from '../core/gate/secrets'
import { latin } from '../core/gate/latin'
import { hashBytes } from '../io/hash-noble'
import { chainReader } from '../io/stored-chain'
import { createBreath } from './breath'
import type { CleanedFact, Cleaning, Cleanings } from './cleanings'
import { createCleaner, hiddenOf, type Cleaner, type Hidden } from './clean-text'
import { blobsOf } from './named-blobs'
import { DOTENV_MARK, isDotenv, patternsOf, withoutSettings } from './personal'
import { pickImage } from './pick-image'
import { removalsIn } from './removals'
import type { SessionImage } from './session-image'

/** A session without its secrets. */
export interface CleanImage {
  readonly image: SessionImage
  /** Every place from which something was taken. */
  readonly removals: readonly Removal[]
  /** What is left out as a whole, in words. */
  readonly leftOut: readonly string[]
}

/** What goes to others, and up to where. */
export interface CleanChoice extends ShareChoice {
  /** What is cut off is still read for what is secret. */
  readonly cut?: (whole: SessionImage) => SessionImage
  /** Of the same session. */
  readonly cleanings?: Cleanings | undefined
}

/**
 * The same session without the secrets that its files hold or held, what the guards hid from the model, and keys of known makers: out of every
 * fact, message and text file, whole, coded, in parts, and where one is spread over several results. Facts are chained anew, so their hashes
 * are others. A file that is no text and holds a secret is left out, and so is what is packed and cannot be looked through: archives, and all
 * that git keeps.
 */
export async function cleanImage(whole: SessionImage, hash: Hash, choice?: CleanChoice): Promise<CleanImage> {
  // What is not chosen may still say what is secret.
  const secrets = secretsOf(whole, hash)
  const image = choice ? pickImage(choice.cut?.(whole) ?? whole, choice) : whole
  const detector = createDetector(secrets)
  const words = choice?.words.flatMap(wordOf) ?? []
  const hidden = [...secrets.map(hiddenOf), ...words, ...placeholdersOf(whole.events)]
  const before = choice?.cleanings?.of(hidden, `personal: ${choice.personal}`)
  const cleaner = createCleaner(hidden, detector, { more: choice && patternsOf({ personal: choice.personal }), memory: before?.texts })
  const breath = createBreath()
  const {
    contents: all,
    renamed,
    left,
    pictures,
  } = await cleanContents(image, { cleaner, detector, breath, dotenv: choice && dotenvOf(image) })
  const ofSecrets = createCleaner(secrets.map(hiddenOf), detector)
  const walk = (json: Json): Json =>
    cleaned(json, {
      text: (text) => renamed.get(text) ?? cleaner.clean(text),
      // A word that a guard hid may be part of a name of the format, and without its names a fact cannot be read.
      key: (key) => (FORMAT_NAME.test(key) ? ofSecrets : cleaner).clean(key),
      block: (block) => shownBlock(block, all),
    })
  const { facts, events } = await cleanFacts(image, { cleaner, walk, hash, breath, known: knownFacts(before, renamed) })
  // A name that holds a secret has no harmless spelling.
  const named = image.files.filter(({ path, hash: content }) => cleaner.clean(path) === path && !isOfGit(path) && !left.packed.has(content))
  const files = named.map((entry) => {
    const content = renamed.get(entry.hash) ?? entry.hash
    return { ...entry, hash: content, size: all.get(content)?.length ?? entry.size }
  })
  const wire: SessionImage['wire'][number][] = []
  for (const { epoch, rows } of image.wire) {
    await breath()
    wire.push({ epoch, rows: cleanRows(rows, cleaner, walk) })
  }
  const wanted = [...new Set([...blobsOf(events), ...files.map((entry) => entry.hash)])]
  const contents = new Map(wanted.flatMap((name) => pairOf(all, name)))
  const missing = wanted.filter((name) => !contents.has(name)).toSorted()
  const clean = { ...image, title: cleaner.clean(image.title), facts, events, files, wire, contents, missing }
  const marks = before?.marks ?? new Set<string>()
  for (const mark of [...cleaner.found, ...ofSecrets.found, ...(choice ? [DOTENV_MARK] : [])]) marks.add(mark)
  const removals = removalsIn({
    before: image,
    after: clean,
    renamed,
    pictures,
    marks: [...marks].toSorted(),
  })
  return { image: clean, removals, leftOut: leftWords(image, left) }
}

function pairOf<K, V>(map: ReadonlyMap<K, V>, key: K): readonly (readonly [K, V])[] {
  const value = map.get(key)
  return value === undefined ? [] : [[key, value]]
}

/** Of each content that was ever at a path where secrets are. */
function secretsOf({ session, events, files, contents }: SessionImage, hash: Hash): readonly Secret[] {
  const named = new Map<BlobHash, string>()
  const note = (path: string, content: BlobHash | null): void => {
    if (content !== null && pathClass(`/workspace/${path}`) === 'secret-file') named.set(content, path)
  }
  for (const { path, hash: content } of files) note(path, content)
  for (const event of events) {
    if (event.type !== 'workspace.changed') continue
    for (const { path, before, after } of event.data.changes) {
      note(path, before)
      note(path, after)
    }
  }
  const found = [...named].flatMap(([content, path]) => secretsOfFile(path, textOf(contents.get(content)) ?? ''))
  return [canaryOf(hash, session), ...new Map(found.map((secret) => [secret.value, secret])).values()]
}

/** What the guards hid from the model stays hidden: their names stand for it. */
function placeholdersOf(events: readonly SessionEvent[]): readonly Hidden[] {
  return events.map(toldBy).flatMap((event) => {
    if (event.type !== 'guard.answered') return []
    const added = event.data.answers.flatMap((answer) => (answer.type === 'modify' ? answer.placeholders : []))
    return added.map(({ name, text }) => ({ value: text, mark: name, isSecret: false }))
  })
}

/** What nobody can look through, by the content's name. */
interface LeftOut {
  readonly packed: ReadonlySet<BlobHash>
}

function leftWords({ files, events }: SessionImage, { packed }: LeftOut): readonly string[] {
  const archives = files.filter(({ path, hash: content }) => packed.has(content) && !isOfGit(path))
  const attached = events.flatMap((event) => (event.type === 'message.user' ? event.data.content : []))
  const documents = attached.flatMap((block) => (block.type === 'document' && packed.has(blobHash(block.blob)) ? [block.name] : []))
  return [
    ...(files.some(({ path }) => isOfGit(path)) ? ['[left out: what git keeps]'] : []),
    ...[...archives.map(({ path }) => path), ...new Set(documents)].map((name) => `[left out: ${name}, which is packed]`),
  ]
}

const isOfGit = (path: string): boolean => /(?:^|\/)\.git(?:\/|$)/i.test(path)

/** First bytes of what is packed: gzip, zip, 7z, xz, bzip2, zstd, compress, rar, a pack of git, and PDF, whose pages are. */
const PACKED = ['\x1f\x8b', 'PK\x03\x04', '7z\xbc\xaf', '\xfd7zXZ', 'BZh', '\x28\xb5\x2f\xfd', '\x1f\x9d', 'Rar!', 'PACK', '%PDF-']

function isPacked(bytes: Uint8Array): boolean {
  const start = latin(bytes.subarray(0, 8))
  return PACKED.some((mark) => start.startsWith(mark))
}

/** Everything that was ever in a folder of git's. */
function keptByGit({ events, files }: SessionImage): ReadonlySet<BlobHash> {
  const changes = events.flatMap((event) => (event.type === 'workspace.changed' ? event.data.changes : []))
  const named = changes.filter(({ path }) => isOfGit(path)).flatMap(({ before, after }) => [before, after])
  const now = files.filter(({ path }) => isOfGit(path)).map((entry) => entry.hash)
  return new Set([...named, ...now].filter((content) => content !== null))
}

interface CleanContents {
  readonly contents: ReadonlyMap<BlobHash, Uint8Array>
  readonly renamed: ReadonlyMap<string, BlobHash>
  readonly left: LeftOut
  /** Of pictures that said where and with what they were taken. */
  readonly pictures: ReadonlySet<string>
}

interface Contents {
  readonly cleaner: Cleaner
  readonly detector: Detector
  readonly breath: Breath
  /** Contents that were ever in a file of nothing but settings; undefined: they, and pictures, stay as they are. */
  readonly dotenv: ReadonlySet<BlobHash> | undefined
}

async function cleanContents(image: SessionImage, { cleaner, detector, breath, dotenv }: Contents): Promise<CleanContents> {
  const kept = new Map<BlobHash, Uint8Array>()
  const renamed = new Map<string, BlobHash>()
  const packed = new Set([...image.contents].flatMap(([name, bytes]) => (isPacked(bytes) ? [name] : [])))
  const ofGit = keptByGit(image)
  const pictures = new Set<string>()
  const keep = (name: BlobHash, before: Uint8Array, fresh: Uint8Array): void => {
    const now = before === fresh ? name : hashBytes(fresh)
    if (now !== name) renamed.set(name, now)
    kept.set(now, fresh)
  }
  for (const [name, bytes] of image.contents) {
    if (packed.has(name) || ofGit.has(name)) continue
    await breath()
    const text = textOf(bytes)
    if (text !== undefined) {
      const [secretless = ''] = cleaner.cleanAll([text])
      const clean = dotenv?.has(name) ? withoutSettings(secretless) : secretless
      keep(name, bytes, clean === text ? bytes : new TextEncoder().encode(clean))
      continue
    }
    const plain = dotenv ? withoutMetadata(bytes) : bytes
    if (detector.find(latin(plain)).some(({ isSure }) => isSure)) continue
    if (plain !== bytes) pictures.add(name)
    keep(name, bytes, plain)
  }
  return { contents: kept, renamed, left: { packed }, pictures }
}

/** A word of two letters would be found everywhere. */
const LEAST_WORD = 3

function wordOf(word: string): readonly Hidden[] {
  const value = word.trim()
  return value.length < LEAST_WORD ? [] : [{ value, mark: '[hidden by hand]', isSecret: false }]
}

/** Contents that were ever at a path that dotenv reads. */
function dotenvOf({ events, files }: SessionImage): ReadonlySet<BlobHash> {
  const changes = events.flatMap((event) => (event.type === 'workspace.changed' ? event.data.changes : []))
  const then = changes.filter(({ path }) => isDotenv(path)).flatMap(({ before, after }) => [before, after])
  const now = files.filter(({ path }) => isDotenv(path)).map((entry) => entry.hash)
  return new Set([...then, ...now].filter((content) => content !== null))
}

type Breath = ReturnType<typeof createBreath>

interface FactCleaning {
  readonly cleaner: Cleaner
  readonly walk: (json: Json) => Json
  readonly hash: Hash
  readonly breath: Breath
  readonly known: KnownFacts
}

/** Facts as they were cleaned the last time. */
interface KnownFacts {
  readonly facts: readonly CleanedFact[]
  keep(facts: readonly CleanedFact[]): void
}

/** Facts name contents: where one of these has another name now, none is as it was. */
function knownFacts(before: Cleaning | undefined, renamed: ReadonlyMap<string, BlobHash>): KnownFacts {
  const names = before ? JSON.stringify([...renamed]) : ''
  return {
    facts: before?.renamed === names ? before.facts : [],
    keep: (facts) => before && Object.assign(before, { facts, renamed: names }),
  }
}

async function cleanFacts(
  image: SessionImage,
  { cleaner, walk, hash, breath, known }: FactCleaning,
): Promise<Pick<SessionImage, 'facts' | 'events'>> {
  const raw = image.facts.map((line): Json => withoutWire(JSON.parse(line)))
  // What commands and tools brought is one text: half of a secret may stand in each of two results.
  const results = cleaner.cleanAll(raw.map((fact) => resultOf(fact) ?? ''))
  const chain = chainReader(1, hash)
  const done: CleanedFact[] = []
  for (const [n, fact] of raw.entries()) {
    await breath()
    if (!isJsonObject(fact)) continue
    const [line, result, last] = [image.facts[n] ?? '', results[n] ?? '', known.facts[n]]
    // As long as all before it are the same, so is what it follows.
    if (last && last.line === line && last.result === result && (n === 0 || done.at(-1) === known.facts[n - 1])) {
      chain.sealed({ type: 'event', event: last.event })
      done.push(last)
      continue
    }
    const told = resultOf(fact) === undefined ? fact['data'] : withResult(fact['data'] ?? null, result)
    const { hash: _, ...before } = fact
    const body: JsonObject = { ...before, data: walk(told ?? null), prev: done.at(-1)?.event.hash ?? '' }
    const sealed: JsonObject = { ...body, hash: hash(canonicalJson(body)) }
    done.push({ line, result, fact: canonicalJson(sealed), event: chain.next(sealed) })
  }
  known.keep(done)
  return { facts: done.map(({ fact }) => fact), events: done.map(({ event }) => event) }
}

/** What a sub-agent was sent is of use to nobody once it has ended, and says everything a second time. */
function withoutWire(fact: Json): Json {
  if (!isJsonObject(fact) || fact['type'] !== 'agent.noted' || !isJsonObject(fact['data'])) return fact
  const { wire: _, ...data } = fact['data']
  return { ...fact, data }
}

/** The text of a result, a sub-agent's too. */
function resultOf(fact: Json | undefined): string | undefined {
  if (!isJsonObject(fact) || !isJsonObject(fact['data'])) return undefined
  if (fact['type'] === 'agent.noted') return resultOf(fact['data']['fact'])
  if (fact['type'] !== 'call.ended') return undefined
  const { outcome } = fact['data']
  return isJsonObject(outcome) && typeof outcome['text'] === 'string' ? outcome['text'] : undefined
}

function withResult(data: Json, text: string): Json {
  if (!isJsonObject(data)) return data
  const { fact } = data
  if (isJsonObject(fact)) return { ...data, fact: { ...fact, data: withResult(fact['data'] ?? null, text) } }
  if (!isJsonObject(data['outcome'])) return data
  return { ...data, outcome: { ...data['outcome'], text } }
}

type Rows = SessionImage['wire'][number]['rows']

/** Messages as they were sent: their texts are one text too. */
function cleanRows(rows: Rows, cleaner: Cleaner, walk: (json: Json) => Json): Rows {
  const read = rows.map(({ text }) => parseJson(text))
  const results: string[] = []
  for (const json of read) if (json !== undefined) eachResult(json, (text) => (results.push(text), text))
  const clean = cleaner.cleanAll(results)
  let n = 0
  return rows.map((row, i) => {
    const json = read[i]
    if (json === undefined) return { ...row, text: cleaner.clean(row.text) }
    const now = walk(eachResult(json, (text) => clean[n++] ?? text))
    const before = JSON.stringify(json)
    const after = JSON.stringify(now)
    // Where nothing was hidden, the exact text stays.
    return before === after ? row : { ...row, text: after }
  })
}

/** Texts in blocks of results, in order. */
function eachResult(json: Json, change: (text: string) => string, isInside = false): Json {
  if (Array.isArray(json)) return json.map((one) => eachResult(one, change, isInside))
  if (!isJsonObject(json)) return typeof json === 'string' && isInside ? change(json) : json
  const inside = isInside || json['type'] === 'tool_result'
  const parts = Object.entries(json).map(([key, value]): [string, Json] => {
    const isText = key === 'text' || key === 'content'
    return [key, value === undefined ? null : isText || Array.isArray(value) ? eachResult(value, change, inside && isText) : value]
  })
  return Object.fromEntries(parts)
}

/** How the names of fields in facts and messages are spelled. */
const FORMAT_NAME = /^[a-z][A-Za-z_]*$/

/** A picture or a document as it was sent: whole where its content is kept, and no letters of it are looked at as words. */
function shownBlock(block: JsonObject, kept: ReadonlyMap<BlobHash, Uint8Array>): JsonObject | undefined {
  const { source } = block
  if (!isJsonObject(source) || source['type'] !== 'base64' || typeof source['data'] !== 'string') return undefined
  const bytes = fromBase64(source['data'])
  return bytes && kept.has(hashBytes(bytes)) ? block : { type: 'text', text: '[left out]' }
}

interface CleanParts {
  /** What stands for a block that is not looked through; undefined for all others. */
  readonly block: (block: JsonObject) => JsonObject | undefined
  readonly text: (text: string) => string
  readonly key: (key: string) => string
}

function cleaned(json: Json, clean: CleanParts): Json {
  if (typeof json === 'string') return clean.text(json)
  if (Array.isArray(json)) return json.map((one) => cleaned(one, clean))
  if (!isJsonObject(json)) return json
  const shown = clean.block(json)
  if (shown) return shown
  const fields = new Map<string, Json>()
  for (const [key, value] of Object.entries(json)) {
    const name = clean.key(key)
    fields.set(
      name === key ? key : freeName(name, (taken) => fields.has(taken) || Object.hasOwn(json, taken)),
      cleaned(value ?? null, clean),
    )
  }
  return Object.fromEntries(fields)
}

/** Two names may be the same once they are clean; neither loses what it names. */
function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name
  let n = 2
  while (isTaken(`${name} (${n})`)) n += 1
  return `${name} (${n})`
}

/** Undefined for what is no text. */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
