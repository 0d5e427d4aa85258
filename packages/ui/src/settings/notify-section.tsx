import type { ReactNode } from 'react'
import { t } from '../language'
import styles from './settings.module.css'

export interface NotifyProps {
  readonly isOn: boolean
  /** The browser was told to let nobody notify from here. */
  readonly isDenied: boolean
  readonly onNotify: (on: boolean) => Promise<void>
  /** A place that the relay's operator named. */
  readonly outside?: { readonly host: string; readonly isOn: boolean; readonly onOutside: (on: boolean) => void }
}

/** Whether the person is told while they look elsewhere. */
export function NotifySection({ isOn, isDenied, onNotify, outside }: NotifyProps): ReactNode {
  return (
    <>
      <h3>{t('Notifications')}</h3>
      <div className={styles['guard']}>
        <label>
          <input type="checkbox" checked={isOn} disabled={isDenied} onChange={(event) => void onNotify(event.target.checked)} />
          {t('Tell me when a session waits for me and this page is hidden')}
        </label>
        {isDenied && <p>{t('The browser does not let this page notify; allow it in the browser’s settings for this site.')}</p>}
      </div>
      {outside !== undefined && (
        <div className={styles['guard']}>
          <label>
            <input type="checkbox" checked={outside.isOn} onChange={(event) => outside.onOutside(event.target.checked)} />
            {t('Then also tell {host}, through the relay', { host: outside.host })}
          </label>
          <p className={styles['aside']}>{t('It learns that a session waits and the session’s id, and nothing of what is in it.')}</p>
        </div>
      )}
    </>
  )
}
