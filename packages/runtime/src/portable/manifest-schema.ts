import { blobHash, digestOf, sessionId, type BlobHash, type Digest, type FileEntry, type SessionId } from '@tabwright/protocol'
import * as z from 'zod/mini'

// Zod would otherwise compile parsers with `new Function`, which the page's policy forbids and reports.
z.config({ jitless: true })

/** Raised by any change of what an archive of a session holds; older ones stay readable. */
export const BUNDLE_VERSION = 1

/** `session.json`: what is in the archive, each thing with its hash. */
export interface Manifest {
  readonly format: 'tabwright-session'
  readonly version: number
  readonly session: SessionId
  readonly title: string
  readonly project: 'demo' | 'blank'
  readonly createdAt: number
  /** `last` is the hash of the newest fact, empty without one; `hash` that of the file with all of them. */
  readonly facts: { readonly count: number; readonly last: string; readonly hash: Digest }
  /** The session is damaged: facts after this one could not be read and are not in here. */
  readonly damaged?: { readonly after: number; readonly reason: string }
  readonly wire: readonly { readonly epoch: number; readonly rows: number; readonly hash: Digest }[]
  readonly files: readonly FileEntry[]
  /** Contents that no file of `files/` has: older ones, and those of files whose names would be one on many disks. */
  readonly blobs: readonly { readonly hash: BlobHash; readonly size: number }[]
  /** Contents that are named and were not there. */
  readonly missing: readonly BlobHash[]
  /** Pages for people; made from the facts. */
  readonly pages: { readonly progress: Digest; readonly transcript: Digest }
  /** SHA-256 of the canonical JSON of everything above. */
  readonly hash: Digest
}

const HEX = /^[0-9a-f]{64}$/
const hex = z.string().check(z.regex(HEX))
const natural = z.int().check(z.gte(0))
const blob = z.pipe(hex, z.transform(blobHash))
const digest = z.pipe(hex, z.transform(digestOf))

/** The files of a workspace, without their contents. */
export const FILES_SCHEMA = z.array(
  z.strictObject({
    path: z.string(),
    hash: blob,
    size: natural,
    mode: z.enum(['file', 'executable', 'symlink', 'folder']),
    mtime: z.number(),
    permissions: z.exactOptional(natural),
    version: natural,
  }),
)

/** What of a file goes into an archive or a mirror. */
export function plainEntry({ path, hash, size, mode, mtime, permissions, version }: FileEntry): FileEntry {
  return { path, hash, size, mode, mtime, ...(permissions !== undefined && { permissions }), version }
}

/** Strict: what this build does not know was written by another one. */
export const MANIFEST_SCHEMA = z.strictObject({
  format: z.literal('tabwright-session'),
  version: natural,
  session: z.pipe(z.string().check(z.regex(/^[A-Za-z0-9_.:-]{1,128}$/)), z.transform(sessionId)),
  title: z.string().check(z.maxLength(200)),
  project: z.enum(['demo', 'blank']),
  createdAt: z.number(),
  facts: z.strictObject({ count: natural, last: z.string().check(z.regex(/^([0-9a-f]{64})?$/)), hash: digest }),
  damaged: z.exactOptional(z.strictObject({ after: natural, reason: z.string().check(z.maxLength(1_000)) })),
  wire: z.array(z.strictObject({ epoch: z.int().check(z.gte(1)), rows: natural, hash: digest })),
  files: FILES_SCHEMA,
  blobs: z.array(z.strictObject({ hash: blob, size: natural })),
  missing: z.array(blob),
  pages: z.strictObject({ progress: digest, transcript: digest }),
  hash: digest,
})
