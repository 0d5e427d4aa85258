import * as z from 'zod/mini'
import type { Failure } from './failure'

/**
 * Between a session's worker and the page that holds a WebContainer: its programming interface speaks to pages alone. Everything in the
 * container is somebody's code, so both sides read what they get.
 */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const id = z.int().check(z.gte(1))
const path = z.string().check(z.maxLength(4096))
const line = z.string().check(z.maxLength(1_000_000))

/** Most ports of a container that are told of. */
export const MAX_CONTAINER_PORTS = 256

/** Most files and bytes that are kept in step with a container. */
export const CONTAINER_LIMITS = { files: 20_000, bytes: 200_000_000 } as const

/** A file of the container's working directory, by its path from there. The bytes of a symlink are its target. */
const file = z.object({ path, kind: z.enum(['file', 'symlink', 'folder']), bytes })
export type ContainerFile = z.infer<typeof file>

/** Worker to page. */
export const TO_CONTAINER = z.discriminatedUnion('type', [
  /** Answered with `done`. */
  z.object({ type: z.literal('write'), id, removed: z.array(path), files: z.array(file) }),
  /** Every file, but for those that `excludes`, globs, name. Answered with `files`. */
  z.object({ type: z.literal('read'), id, excludes: z.array(line) }),
  z.object({ type: z.literal('spawn'), id, command: line, args: z.array(line), cwd: z.optional(path) }),
  /** Typed into its terminal. */
  z.object({ type: z.literal('input'), id, text: line }),
  /** A piece of output was taken. The next one comes then. */
  z.object({ type: z.literal('took'), id }),
  z.object({ type: z.literal('kill'), id }),
])
export type ToContainer = z.infer<typeof TO_CONTAINER>

/** Page to worker. */
export const FROM_CONTAINER = z.discriminatedUnion('type', [
  z.object({ type: z.literal('done'), id }),
  z.object({ type: z.literal('files'), id, files: z.array(file) }),
  /** Of the terminal of a program: both its outputs. */
  z.object({ type: z.literal('output'), id, text: z.string() }),
  z.object({ type: z.literal('ended'), id, code: z.int() }),
  /** On which ports programs there listen now, ascending; whenever that changed. */
  z.object({ type: z.literal('ports'), ports: z.array(z.int().check(z.gte(1), z.lte(65_535))).check(z.maxLength(MAX_CONTAINER_PORTS)) }),
  /** It could not be done. */
  z.object({ type: z.literal('problem'), id, message: line }),
  /** The container is another session's now, or was ended. */
  z.object({ type: z.literal('gone'), message: line }),
])
export type FromContainer = z.infer<typeof FROM_CONTAINER>

/** The WebContainer of a page, for what is shown of it. There is at most one in a page. */
export type ContainerState =
  | { readonly type: 'off' }
  /** `step`: what it waits for, in words. */
  | { readonly type: 'booting'; readonly step: string }
  | { readonly type: 'running' }
  | { readonly type: 'failed'; readonly failure: Failure }
