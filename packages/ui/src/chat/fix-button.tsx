import { useContext, type ReactNode } from 'react'
import type { CallRow } from '@tabwright/protocol'
import { Wrench } from 'lucide-react'
import { t } from '../language'
import { Button } from '../layout/button'
import { AskFix, failedCall } from './ask-fix'
import styles from './tool-card.module.css'

/** Puts a wish to mend this call into the box, where it went wrong. */
export function FixButton({ row }: { readonly row: CallRow }): ReactNode {
  const ask = useContext(AskFix)
  const call = failedCall(row)
  if (ask === undefined || call === undefined) return null
  return (
    <div className={styles['fix']}>
      <Button look="plain" onPress={() => ask(call)} title={t('Puts what went wrong into the message box; nothing is sent')}>
        <Wrench size={13} aria-hidden /> {t('Ask the agent to fix it')}
      </Button>
    </div>
  )
}
