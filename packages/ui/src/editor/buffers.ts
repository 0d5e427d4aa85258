import { assertNever } from '@tabwright/protocol'
import type { FileContent } from '../files/file-source'

/** An open file. The text being typed lives in Monaco's model; this is what is known about it. */
export interface Buffer {
  readonly path: string
  readonly content: BufferContent
  readonly dirty: boolean
  /** Version that the next save names as its base. */
  readonly base: number
  /** What someone else made of the file while it was dirty here. */
  readonly newer?: FileContent | { readonly type: 'gone' }
  /** The text on its way to the workspace. */
  readonly saving?: string
  /** One sentence about a save that failed; the text is still in the editor. */
  readonly error?: string
}

export type BufferContent =
  | FileContent
  | { readonly type: 'loading' }
  | { readonly type: 'gone' }
  | { readonly type: 'failed'; readonly message: string }

export interface Buffers {
  readonly open: readonly Buffer[]
  readonly active: string | undefined
}

export const NO_BUFFERS: Buffers = { open: [], active: undefined }

export type BufferAction =
  | { readonly type: 'opened'; readonly path: string }
  | { readonly type: 'closed'; readonly path: string }
  /** Read from the workspace: the first time, or because it changed. */
  | { readonly type: 'read'; readonly path: string; readonly file: FileContent | { readonly type: 'gone' } }
  | { readonly type: 'unreadable'; readonly path: string; readonly message: string }
  | { readonly type: 'edited'; readonly path: string; readonly dirty: boolean }
  | { readonly type: 'saveStarted'; readonly path: string; readonly text: string }
  /** `dirty`: more was typed meanwhile. */
  | { readonly type: 'saved'; readonly path: string; readonly text: string; readonly version: number; readonly dirty: boolean }
  | { readonly type: 'saveFailed'; readonly path: string; readonly message: string }
  /** The person takes what the other one wrote. */
  | { readonly type: 'reloaded'; readonly path: string }
  /** The person keeps the own text; the next save goes over the other's. */
  | { readonly type: 'kept'; readonly path: string }

/** The next state of the open files. Pure. */
export function nextBuffers(state: Buffers, action: BufferAction): Buffers {
  switch (action.type) {
    case 'opened':
      return opened(state, action.path)
    case 'closed':
      return closed(state, action.path)
    default:
      return { ...state, open: state.open.map((buffer) => (buffer.path === action.path ? nextBuffer(buffer, action) : buffer)) }
  }
}

function opened(state: Buffers, path: string): Buffers {
  if (state.open.some((buffer) => buffer.path === path)) return { ...state, active: path }
  return { open: [...state.open, { path, content: { type: 'loading' }, dirty: false, base: 0 }], active: path }
}

function closed(state: Buffers, path: string): Buffers {
  const at = state.open.findIndex((buffer) => buffer.path === path)
  const open = state.open.filter((buffer) => buffer.path !== path)
  if (state.active !== path) return { ...state, open }
  return { open, active: (open[at] ?? open[at - 1])?.path }
}

type OneBufferAction = Exclude<BufferAction, { readonly type: 'opened' | 'closed' }>

function nextBuffer(buffer: Buffer, action: OneBufferAction): Buffer {
  switch (action.type) {
    case 'read':
      return read(buffer, action.file)
    case 'unreadable':
      return buffer.dirty ? { ...buffer, error: action.message } : { ...buffer, content: { type: 'failed', message: action.message } }
    case 'edited':
      return { ...buffer, dirty: action.dirty }
    case 'saveStarted': {
      const { error: _gone, ...rest } = buffer
      return { ...rest, saving: action.text }
    }
    case 'saved':
      return {
        path: buffer.path,
        content: { type: 'text', text: action.text, version: action.version },
        dirty: action.dirty,
        base: action.version,
      }
    case 'saveFailed': {
      const { saving: _gone, ...rest } = buffer
      return { ...rest, error: action.message }
    }
    case 'reloaded':
      return buffer.newer === undefined ? buffer : fresh(buffer.path, buffer.newer)
    case 'kept': {
      const { newer, error: _gone, ...rest } = buffer
      return newer === undefined ? buffer : { ...rest, base: newer.type === 'gone' ? 0 : newer.version }
    }
    default:
      return assertNever(action)
  }
}

function fresh(path: string, file: FileContent | { readonly type: 'gone' }): Buffer {
  return { path, content: file, dirty: false, base: file.type === 'gone' ? 0 : file.version }
}

/** A clean buffer follows the file; a dirty one keeps its text and is told. */
function read(buffer: Buffer, file: FileContent | { readonly type: 'gone' }): Buffer {
  if (!buffer.dirty) return fresh(buffer.path, file)
  // Our own save, seen by the watch before the save's own answer.
  if (file.type === 'text' && file.text === buffer.saving) return buffer
  if (file.type !== 'gone' && file.version === buffer.base) {
    const { newer: _gone, ...rest } = buffer
    return rest
  }
  return { ...buffer, newer: file }
}
