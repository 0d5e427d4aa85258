import * as z from 'zod/mini'

/**
 * Everything that crosses a port of the sandbox. The frame runs code of anybody, so each side parses what it gets
 * and drops the port when it does not fit; object proxies such as comlink's stay out of here (`house.md` §8.7).
 */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const mode = z.enum(['file', 'executable', 'symlink'])
const stream = z.enum(['stdout', 'stderr'])

/** A file as it crosses: a symlink's bytes are its target. Paths are relative to the workspace. */
const carried = z.object({ path: z.string(), mode, bytes })
export type Carried = z.infer<typeof carried>

/** Host to frame, on the port that the frame was connected with. */
export const toFrame = z.discriminatedUnion('type', [
  /** `port` is the kernel's own: it goes straight into the worker, so that the frame never copies files. */
  z.object({ type: z.literal('boot'), kernel: z.string(), process: z.string() }),
  /** Sets the shared flag that a busy shell looks at. */
  z.object({ type: z.literal('interrupt') }),
])
export type ToFrame = z.infer<typeof toFrame>

/** Frame to host. */
export const fromFrame = z.discriminatedUnion('type', [
  /** The page in the frame runs and listens. */
  z.object({ type: z.literal('connected') }),
  z.object({ type: z.literal('broken'), message: z.string() }),
])

/** Host to kernel. */
export const toKernel = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    id: z.number(),
    command: z.string(),
    /** Folder to run in, absolute; where the shell stands when left out. */
    cwd: z.optional(z.string()),
    timeoutMs: z.number(),
    /** What changed since the kernel last heard of the files. */
    files: z.array(carried),
    removed: z.array(z.string()),
  }),
  z.object({ type: z.literal('cancel'), id: z.number() }),
  z.object({ type: z.literal('ping') }),
])
export type ToKernel = z.infer<typeof toKernel>

/** Kernel to host. */
export const fromKernel = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('alive') }),
  z.object({ type: z.literal('output'), id: z.number(), stream, text: z.string() }),
  z.object({
    type: z.literal('done'),
    id: z.number(),
    exitCode: z.number(),
    cwd: z.string(),
    /** What ended it before its own end. */
    cut: z.optional(z.enum(['timeout', 'cancelled'])),
    files: z.array(carried),
    removed: z.array(z.string()),
  }),
])
export type FromKernel = z.infer<typeof fromKernel>

/** What a process runs. */
const program = z.discriminatedUnion('type', [
  z.object({ type: z.literal('file'), path: z.string() }),
  z.object({ type: z.literal('eval'), code: z.string(), print: z.boolean(), module: z.boolean() }),
  /** A file of `node --test`: its results go out as `report` messages instead of text. */
  z.object({ type: z.literal('test'), path: z.string(), only: z.boolean(), pattern: z.optional(z.string()) }),
])
export type Program = z.infer<typeof program>

const treeNode = z.discriminatedUnion('type', [
  z.object({ type: z.literal('file'), path: z.string(), bytes, mode: z.number(), mtime: z.number() }),
  z.object({ type: z.literal('folder'), path: z.string() }),
  z.object({ type: z.literal('link'), path: z.string(), target: z.string() }),
])
export type CarriedNode = z.infer<typeof treeNode>

/** Kernel to process: sent once. */
export const toProcess = z.object({
  type: z.literal('start'),
  program,
  nodes: z.array(treeNode),
  argv: z.array(z.string()),
  execArgv: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cwd: z.string(),
  stdin: bytes,
  preload: z.array(z.string()),
})
export type ToProcess = z.infer<typeof toProcess>

const op = z.discriminatedUnion('type', [
  z.object({ type: z.literal('write'), path: z.string(), bytes, mode: z.number() }),
  z.object({ type: z.literal('append'), path: z.string(), bytes, mode: z.number() }),
  z.object({ type: z.literal('mkdir'), path: z.string() }),
  z.object({ type: z.literal('remove'), path: z.string() }),
  z.object({ type: z.literal('rename'), path: z.string(), to: z.string() }),
  z.object({ type: z.literal('symlink'), path: z.string(), target: z.string() }),
  z.object({ type: z.literal('mode'), path: z.string(), mode: z.number() }),
  z.object({ type: z.literal('mtime'), path: z.string(), mtime: z.number() }),
])

const shownError = z.object({
  message: z.string(),
  name: z.string(),
  code: z.optional(z.string()),
  failureType: z.string(),
  expected: z.optional(z.string()),
  actual: z.optional(z.string()),
  operator: z.optional(z.string()),
  stack: z.array(z.string()),
})
/** A failed test's error, already put into words where it was thrown. */
export type ShownError = z.infer<typeof shownError>

/** What a test file tells while it runs; nesting 0 is the top. */
const report = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), name: z.string(), nesting: z.number() }),
  z.object({
    type: z.literal('end'),
    name: z.string(),
    nesting: z.number(),
    number: z.number(),
    kind: z.enum(['test', 'suite']),
    ok: z.boolean(),
    ms: z.number(),
    /** The reason, or an empty text when none was given. */
    skip: z.optional(z.string()),
    todo: z.optional(z.string()),
    location: z.optional(z.string()),
    error: z.optional(shownError),
    cancelled: z.boolean(),
  }),
  z.object({ type: z.literal('plan'), nesting: z.number(), count: z.number() }),
  z.object({ type: z.literal('diagnostic'), nesting: z.number(), text: z.string() }),
])
export type TestReport = z.infer<typeof report>

/** Process to kernel. */
export const fromProcess = z.discriminatedUnion('type', [
  z.object({ type: z.literal('op'), op }),
  z.object({ type: z.literal('output'), stream, bytes }),
  z.object({ type: z.literal('report'), report }),
  z.object({ type: z.literal('exit'), code: z.number() }),
])
export type FromProcess = z.infer<typeof fromProcess>
