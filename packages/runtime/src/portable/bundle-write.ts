import { canonicalJson, type BlobHash, type FileEntry, type Hash, type Json, type WireRow } from '@tabwright/protocol'
import { progressOf } from '../core/progress/progress'
import { progressMarkdown } from '../core/progress/progress-markdown'
import { writeArchive, type ArchiveEntry } from './archive-write'
import { BUNDLE_VERSION, plainEntry, type Manifest } from './manifest-schema'
import { ownNames } from './own-names'
import type { SessionImage } from './session-image'
import { transcriptMarkdown } from './transcript-markdown'

/** Where things are in an archive of a session. */
export const NAMES = {
  manifest: 'session.json',
  facts: 'events.jsonl',
  progress: 'PROGRESS.md',
  transcript: 'TRANSCRIPT.md',
  wire: (epoch: number): string => `wire/${epoch}.jsonl`,
  file: (path: string): string => `files/${path}`,
  blob: (hash: BlobHash): string => `blobs/${hash}`,
} as const

/** The archive of a session. The same session gives the same bytes, whichever browser holds it. */
export async function writeBundle(image: SessionImage, hash: Hash): Promise<Uint8Array<ArrayBuffer>> {
  const texts = textsOf(image)
  const { inFiles, inBlobs } = placed(image)
  const manifest = manifestOf(image, { texts, blobs: inBlobs, hash })
  return writeArchive(entries(image, { texts, manifest, inFiles, inBlobs }))
}

interface Texts {
  readonly facts: string
  readonly progress: string
  readonly transcript: string
  readonly wire: readonly { readonly epoch: number; readonly rows: number; readonly text: string }[]
}

function textsOf(image: SessionImage): Texts {
  return {
    facts: image.facts.map((line) => `${line}\n`).join(''),
    progress: progressMarkdown(progressOf(image.events)),
    transcript: transcriptMarkdown(image.title, image.events),
    wire: image.wire.map(({ epoch, rows }) => ({ epoch, rows: rows.length, text: rows.map(wireLine).join('') })),
  }
}

/** JSON of a string that is JSON itself: the exact text of a message comes back to the byte. */
function wireLine({ role, text }: WireRow): string {
  return `${JSON.stringify({ role, text })}\n`
}

interface Placed {
  /** Files whose content is under their own name. */
  readonly inFiles: readonly FileEntry[]
  readonly inBlobs: readonly BlobHash[]
}

function placed({ files, contents }: SessionImage): Placed {
  const inFiles = ownNames(files).filter(({ hash }) => contents.has(hash))
  const there = new Set(inFiles.map((entry) => entry.hash))
  return { inFiles, inBlobs: [...contents.keys()].filter((hash) => !there.has(hash)).toSorted() }
}

function manifestOf(image: SessionImage, more: { texts: Texts; blobs: readonly BlobHash[]; hash: Hash }): Manifest {
  const { texts, blobs, hash } = more
  const body: Omit<Manifest, 'hash'> = {
    format: 'tabwright-session',
    version: BUNDLE_VERSION,
    session: image.session,
    title: image.title,
    project: image.project,
    createdAt: image.createdAt,
    facts: { count: image.facts.length, last: image.events.at(-1)?.hash ?? '', hash: hash(texts.facts) },
    ...(image.damaged && { damaged: image.damaged }),
    wire: texts.wire.map(({ epoch, rows, text }) => ({ epoch, rows, hash: hash(text) })),
    files: image.files.map(plainEntry),
    blobs: blobs.map((name) => ({ hash: name, size: image.contents.get(name)?.length ?? 0 })),
    missing: image.missing,
    pages: { progress: hash(texts.progress), transcript: hash(texts.transcript) },
  }
  return { ...body, hash: hash(sealedText(body)) }
}

/** The text that a manifest's own hash is of. */
export function sealedText(manifest: Omit<Manifest, 'hash'> & { readonly hash?: unknown }): string {
  const { hash: _, ...body } = manifest
  const plain: Json = JSON.parse(JSON.stringify(body))
  return canonicalJson(plain)
}

function* entries(
  image: SessionImage,
  { texts, manifest, inFiles, inBlobs }: Placed & { readonly texts: Texts; readonly manifest: Manifest },
): Generator<ArchiveEntry> {
  const text = (name: string, content: string): ArchiveEntry => ({ name, bytes: new TextEncoder().encode(content) })
  yield text(NAMES.manifest, `${JSON.stringify(manifest, undefined, 2)}\n`)
  yield text(NAMES.progress, texts.progress)
  yield text(NAMES.transcript, texts.transcript)
  yield text(NAMES.facts, texts.facts)
  for (const { epoch, text: rows } of texts.wire) yield text(NAMES.wire(epoch), rows)
  for (const { path, hash } of inFiles) yield { name: NAMES.file(path), bytes: image.contents.get(hash) ?? new Uint8Array() }
  for (const hash of inBlobs) yield { name: NAMES.blob(hash), bytes: image.contents.get(hash) ?? new Uint8Array() }
}
