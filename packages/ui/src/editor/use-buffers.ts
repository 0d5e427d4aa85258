import { failureOf } from '@tabwright/protocol'
import { type ActionDispatch, useCallback, useEffect, useReducer, useRef } from 'react'
import type { FileSource } from '../files/file-source'
import { type BufferAction, type Buffers, NO_BUFFERS, nextBuffers } from './buffers'

/** A text to save and its place in the editor's history. */
export interface Snapshot {
  readonly path: string
  readonly text: string
  readonly base: number
  /** Tells the editor that the text is in the file; returns whether more was typed since. */
  readonly settled: (version: number) => boolean
}

export interface BufferDesk {
  readonly buffers: Buffers
  readonly dispatch: ActionDispatch<[BufferAction]>
  readonly open: (path: string) => void
  /** Resolves to whether the text is in the workspace now. A failure is in the buffer, as a sentence. */
  readonly save: (snapshot: Snapshot) => Promise<boolean>
}

type Read = (path: string) => Promise<void>

/** Reads a file into its buffer; of two reads that overlap only the later counts. */
function useRead(source: FileSource, dispatch: ActionDispatch<[BufferAction]>): Read {
  const reads = useRef(new Map<string, number>())
  return useCallback(
    async (path) => {
      const turn = (reads.current.get(path) ?? 0) + 1
      reads.current.set(path, turn)
      const action = await source.readFile(path).then(
        (file): BufferAction => ({ type: 'read', path, file }),
        (thrown: unknown): BufferAction => {
          const failure = failureOf(thrown)
          if (failure.code === 'not_found') return { type: 'read', path, file: { type: 'gone' } }
          return { type: 'unreadable', path, message: failure.message }
        },
      )
      if (reads.current.get(path) === turn) dispatch(action)
    },
    [source, dispatch],
  )
}

/** The open files of one source, kept in step with the workspace. */
export function useBuffers(source: FileSource): BufferDesk {
  const [buffers, dispatch] = useReducer(nextBuffers, NO_BUFFERS)
  const read = useRead(source, dispatch)
  const openPaths = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => {
    openPaths.current = new Set(buffers.open.map((buffer) => buffer.path))
  }, [buffers.open])

  useEffect(
    () =>
      source.watchFiles((paths) => {
        for (const path of paths) if (openPaths.current.has(path)) void read(path)
      }),
    [source, read],
  )

  const open = useCallback(
    (path: string) => {
      dispatch({ type: 'opened', path })
      void read(path)
    },
    [read],
  )

  const save = useCallback(
    async ({ path, text, base, settled }: Snapshot) => {
      dispatch({ type: 'saveStarted', path, text })
      try {
        const entry = await source.saveFile(path, text, base)
        dispatch({ type: 'saved', path, text, version: entry.version, dirty: settled(entry.version) })
        return true
      } catch (thrown) {
        const failure = failureOf(thrown)
        dispatch({ type: 'saveFailed', path, message: failure.message })
        // Someone was faster: reading brings what they wrote, and with it the choice.
        if (failure.code === 'stale') await read(path)
        return false
      }
    },
    [source, read],
  )

  return { buffers, dispatch, open, save }
}
