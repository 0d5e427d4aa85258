import { useRef, useState } from 'react'
import { checkAttachments, failureOf, type Attachment } from '@tabwright/protocol'

export interface AttachedOptions {
  /** What was left in the box. */
  readonly initial: readonly Attachment[]
  /** Reads a file as one; undefined: nothing can be attached here. */
  readonly read: ((file: File) => Promise<Attachment>) | undefined
  /** Why the model that is chosen does not take it, in one sentence. */
  readonly refusal: ((attachment: Attachment) => string | undefined) | undefined
  readonly onChange: (list: readonly Attachment[]) => void
  /** What could not be attached, and why. */
  readonly onProblem: (sentence: string) => void
}

/** What is attached to the message in the box. */
export interface Attached {
  readonly list: readonly Attachment[]
  /** Names of files that are being read. */
  readonly reading: readonly string[]
  /** As it is now, whatever was drawn. */
  readonly now: () => readonly Attachment[]
  readonly files: (files: readonly File[]) => void
  /** Puts in what comes from elsewhere: a long text that was pasted, what a message was taken back with. */
  readonly put: (more: readonly Attachment[]) => void
  readonly remove: (attachment: Attachment) => void
  /** These are kept somewhere else now. */
  readonly gone: (sent: readonly Attachment[]) => void
  /** Resolves when no file is being read any more. */
  readonly settled: () => Promise<unknown>
}

/** Holds what is attached: like the text it leaves the box only once it is kept somewhere else. */
export function useAttached({ initial, read, refusal, onChange, onProblem }: AttachedOptions): Attached {
  const [list, setList] = useState(initial)
  const [reading, setReading] = useState<readonly string[]>([])
  // What is read while another file is read joins what is there by then, and not what was drawn.
  const newest = useRef(initial)
  const last = useRef<Promise<unknown>>(Promise.resolve())
  const change = (next: readonly Attachment[]): void => {
    newest.current = next
    setList(next)
    onChange(next)
  }
  const add = (attachment: Attachment): void => {
    const next = [...newest.current, attachment]
    const refused = refusal?.(attachment)
    if (refused !== undefined) return onProblem(refused)
    checkAttachments(next)
    change(next)
  }
  const take = async (file: File, as: NonNullable<AttachedOptions['read']>): Promise<void> => {
    try {
      add(await as(file))
    } catch (error) {
      onProblem(failureOf(error).message)
    } finally {
      setReading((names) => names.toSpliced(names.indexOf(file.name), 1))
    }
  }
  return {
    list,
    reading,
    now: () => newest.current,
    files: (files) => {
      if (read === undefined) return
      setReading((names) => [...names, ...files.map(({ name }) => name)])
      // One after the other: they stand in the order in which they came.
      for (const file of files) last.current = last.current.then(() => take(file, read))
    },
    put: (more) => {
      if (more.length > 0) change([...newest.current, ...more])
    },
    remove: (attachment) => change(newest.current.filter((one) => one !== attachment)),
    gone: (sent) => {
      if (sent.length > 0) change(newest.current.filter((one) => !sent.includes(one)))
    },
    settled: () => last.current,
  }
}
