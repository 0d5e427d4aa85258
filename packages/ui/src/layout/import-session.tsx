import { useRef, useState, type ReactNode } from 'react'
import { failureOf } from '@tabwright/protocol'
import { Upload } from 'lucide-react'
import { t } from '../language'
import { Button } from './button'
import styles from './home.module.css'

export interface ImportSessionProps {
  /** @param isBackup the person says that it is a backup of their own, which may be larger than what comes from somewhere else */
  readonly onImport: (file: File, isBackup: boolean) => Promise<void>
}

/** Takes an exported session from the person's files. */
export function ImportSession({ onImport }: ImportSessionProps): ReactNode {
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  /** A file that may be imported if it is the person's own. */
  const [large, setLarge] = useState<File>()
  const take = async (file: File | undefined, isBackup = false): Promise<void> => {
    if (file === undefined) return
    setBusy(true)
    setProblem(undefined)
    setLarge(undefined)
    try {
      await onImport(file, isBackup)
    } catch (error) {
      const { code, message } = failureOf(error)
      if (code === 'too_large' && !isBackup) setLarge(file)
      setProblem(message.includes('Nothing was imported') ? message : t('{why} Nothing was imported.', { why: message }))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={styles['import']}>
      <Button look="plain" disabled={busy} onPress={() => input.current?.click()}>
        <Upload size={14} aria-hidden /> {busy ? t('Checking the file…') : t('Import a session…')}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".zip,application/zip"
        aria-label={t('Session to import')}
        className="visually-hidden"
        tabIndex={-1}
        onChange={(event) => {
          void take(event.target.files?.[0])
          // The same file again is a new try.
          event.target.value = ''
        }}
      />
      {problem !== undefined && <p role="alert">{problem}</p>}
      {large !== undefined && (
        <Button look="plain" onPress={() => void take(large, true)}>
          {t('It is my own backup: import it, up to 500 MiB')}
        </Button>
      )}
    </div>
  )
}
