import { failureOf, type Problem } from '@tabwright/protocol'
import { useEffect, useState } from 'react'
import type { FileSource } from '../files/file-source'
import type { ModelShelf } from './model-shelf'

/** Whoever types goes on before that; what they typed is checked when they pause. */
const PAUSE_MS = 500

/** What is known of the file on show. */
export type FileProblems =
  | { readonly type: 'none' }
  | { readonly type: 'found'; readonly problems: readonly Problem[] }
  | { readonly type: 'failed'; readonly message: string }

const NONE: FileProblems = { type: 'none' }

/**
 * Checks the file on show as it stands in the editor: when it is opened, when typing pauses, and when any file of the workspace changed, because what
 * is wrong here may stand there. One check at a time, each of the newest text.
 * @param path of the file on show; undefined: none, or none with text
 */
export function useProblems(source: FileSource, shelf: ModelShelf | undefined, path: string | undefined): FileProblems {
  const [found, setFound] = useState<FileProblems>(NONE)
  useEffect(() => {
    setFound(NONE)
    if (shelf === undefined || path === undefined) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    let isChecking = false
    const soon = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => void check(), PAUSE_MS)
    }
    const check = async (): Promise<void> => {
      const snapshot = shelf.snapshot(path)
      if (snapshot === undefined || isChecking) return soon()
      isChecking = true
      const next = await source.problems(path, snapshot.text).then(
        (problems): FileProblems => (problems.length === 0 ? NONE : { type: 'found', problems }),
        (thrown: unknown): FileProblems => ({ type: 'failed', message: failureOf(thrown).message }),
      )
      isChecking = false
      // Typed in meanwhile: another check is on its way.
      if (!isOver && shelf.mark(path, snapshot.at, next.type === 'found' ? next.problems : [])) setFound(next)
    }
    soon()
    const unwatch = [shelf.watch(path, soon), source.watchFiles(soon)]
    return () => {
      isOver = true
      clearTimeout(timer)
      for (const end of unwatch) end()
    }
  }, [source, shelf, path])
  return found
}
