import { useState, type ReactNode } from 'react'
import { t } from '../language'
import { Button } from '../layout/button'
import styles from './permission-card.module.css'

export interface EditCommandProps {
  readonly command: string
  readonly disabled: boolean
  readonly onUse: (command: string) => void
  readonly onCancel: () => void
}

/** The command, to be changed before anything is decided: what it becomes is judged anew and asked about as any other. */
export function EditCommand({ command, disabled, onUse, onCancel }: EditCommandProps): ReactNode {
  const [text, setText] = useState(command)
  const isSame = text === command || text.trim() === ''
  return (
    <div>
      <textarea
        className={styles['note']}
        data-mono
        aria-label={t('Command to run instead')}
        rows={Math.min(8, Math.max(2, text.split('\n').length))}
        spellCheck={false}
        // The person just asked for this field.
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Escape') onCancel()
          else if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && !isSame && !disabled) onUse(text)
          else return
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      <div className={styles['changeActions']}>
        <Button look="plain" onPress={onCancel} title={t('Leave the command as it is (Esc)')}>
          {t('Cancel')}
        </Button>
        <Button disabled={disabled || isSame} onPress={() => onUse(text)} title={t('Judge this command instead (Ctrl+Enter)')}>
          {t('Use this command')}
        </Button>
      </div>
    </div>
  )
}
