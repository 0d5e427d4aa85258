import { failureOf, type BlobHash, type EditBase } from '@tabwright/protocol'
import { useEffect, useState } from 'react'
import type { FileContent } from '../files/file-source'

/** The files that edits are about. An open session fits as it is. */
export interface EditFiles {
  /** A file of the workspace as it is now. */
  readFile(path: string): Promise<FileContent>
  /** A content that the log names. */
  readContent(hash: BlobHash): Promise<FileContent>
  watchFiles(listener: (paths: readonly string[]) => void): () => void
}

/** The file that an edit is about, when it was asked and now; `null`: not there. */
export interface EditSides {
  readonly base: string | null
  readonly now: string | null
  readonly version: number
}

/** Both texts of an edited file, read again whenever it changes. `none`: there is nothing to compare, or it is no text. */
export function useEditSides(files: EditFiles, base: EditBase | undefined): EditSides | 'reading' | 'none' {
  const [sides, setSides] = useState<EditSides | 'reading' | 'none'>('reading')
  const [moved, setMoved] = useState(0)
  const path = base?.path
  useEffect(
    () =>
      files.watchFiles((paths) => {
        if (path !== undefined && paths.includes(path)) setMoved((n) => n + 1)
      }),
    [files, path],
  )
  useEffect(() => {
    if (base === undefined) return
    let gone = false
    const was = base.hash === null ? Promise.resolve(null) : files.readContent(base.hash)
    Promise.all([was, present(files, base.path)]).then(
      ([old, now]) => {
        const [one, other] = [textOf(old), textOf(now)]
        const isText = one !== undefined && other !== undefined
        if (!gone) setSides(isText ? { base: one, now: other, version: now?.version ?? 0 } : 'none')
      },
      // The card shows the request without them; it is answered all the same.
      (thrown: unknown) => {
        if (!gone) setSides('none')
        reportError(thrown)
      },
    )
    return () => {
      gone = true
    }
  }, [files, base, moved])
  return base === undefined ? 'none' : sides
}

async function present(files: EditFiles, path: string): Promise<FileContent | null> {
  try {
    return await files.readFile(path)
  } catch (error) {
    if (failureOf(error).code !== 'not_found') throw error
    return null
  }
}

function textOf(file: FileContent | null): string | null | undefined {
  if (file === null) return null
  return file.type === 'text' ? file.text : undefined
}
