import type { ReactNode } from 'react'
import { Webhook, X } from 'lucide-react'
import { t } from '../language'
import { Button } from '../layout/button'
import { IconButton } from '../layout/icon-button'
import styles from './restored-strip.module.css'

export interface HooksStripProps {
  /** Others of this project were trusted before. */
  readonly isChanged: boolean
  readonly onLook: () => void
  readonly onDismiss: () => void
}

/** The project brings hooks that nobody trusted: nothing of them runs until somebody has read them. */
export function HooksStrip({ isChanged, onLook, onDismiss }: HooksStripProps): ReactNode {
  return (
    <div className={styles['strip']} role="status" aria-label={t('Hooks')}>
      <Webhook size={14} aria-hidden />
      <span>
        {isChanged
          ? t('The hooks of this project are not those that you trusted. None of them runs.')
          : t('This project brings hooks of its own. None of them runs until you trust them.')}
      </span>
      <Button look="plain" onPress={onLook}>
        {t('Read them')}
      </Button>
      <IconButton label={t('Leave them off')} onPress={onDismiss}>
        <X size={14} aria-hidden />
      </IconButton>
    </div>
  )
}
