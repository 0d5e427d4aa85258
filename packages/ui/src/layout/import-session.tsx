import { useRef, useState, type ReactNode } from 'react'
import { failureOf } from '@tabwright/protocol'
import { Upload } from 'lucide-react'
import { Button } from './button'
import styles from './home.module.css'

export interface ImportSessionProps {
  readonly onImport: (file: File) => Promise<void>
}

/** Takes an exported session from the person's files. */
export function ImportSession({ onImport }: ImportSessionProps): ReactNode {
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    setBusy(true)
    setProblem(undefined)
    try {
      await onImport(file)
    } catch (error) {
      setProblem(`${failureOf(error).message} Nothing was imported.`)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={styles['import']}>
      <Button look="plain" disabled={busy} onPress={() => input.current?.click()}>
        <Upload size={14} aria-hidden /> {busy ? 'Checking the file…' : 'Import a session…'}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".zip,application/zip"
        aria-label="Session to import"
        className="visually-hidden"
        tabIndex={-1}
        onChange={(event) => {
          void take(event.target.files?.[0])
          // The same file again is a new try.
          event.target.value = ''
        }}
      />
      {problem !== undefined && <p role="alert">{problem}</p>}
    </div>
  )
}
