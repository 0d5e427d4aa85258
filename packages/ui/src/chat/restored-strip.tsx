import { useState, type ReactNode } from 'react'
import { failureOf } from '@tabwright/protocol'
import { Undo2, X } from 'lucide-react'
import { t } from '../language'
import { Button } from '../layout/button'
import { IconButton } from '../layout/icon-button'
import styles from './restored-strip.module.css'

export interface RestoredStripProps {
  /** `Restored to 14:02 · 6 files` */
  readonly text: string
  readonly onUndo: () => Promise<void>
  readonly onDismiss: () => void
}

/** What was brought back, and the way out of it. It stays until the next message. */
export function RestoredStrip({ text, onUndo, onDismiss }: RestoredStripProps): ReactNode {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const undo = async (): Promise<void> => {
    setBusy(true)
    try {
      await onUndo()
    } catch (error) {
      setProblem(t('{why} Nothing was undone.', { why: failureOf(error).message }))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={styles['strip']} role="status" aria-label={t('Restored')}>
      <Undo2 size={14} aria-hidden />
      <span>{text}</span>
      {problem !== undefined && <span role="alert">{problem}</span>}
      <Button look="plain" disabled={busy} onPress={() => void undo()}>
        {t('Undo')}
      </Button>
      <IconButton label={t('Dismiss')} onPress={onDismiss}>
        <X size={14} aria-hidden />
      </IconButton>
    </div>
  )
}
