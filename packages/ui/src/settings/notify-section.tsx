import type { ReactNode } from 'react'
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
      <h3>Notifications</h3>
      <div className={styles['guard']}>
        <label>
          <input type="checkbox" checked={isOn} disabled={isDenied} onChange={(event) => void onNotify(event.target.checked)} />
          Tell me when a session waits for me and this page is hidden
        </label>
        {isDenied && <p>The browser does not let this page notify; allow it in the browser’s settings for this site.</p>}
      </div>
      {outside !== undefined && (
        <div className={styles['guard']}>
          <label>
            <input type="checkbox" checked={outside.isOn} onChange={(event) => outside.onOutside(event.target.checked)} />
            Then also tell {outside.host}, through the relay
          </label>
          <p className={styles['aside']}>It learns that a session waits and the session’s id, and nothing of what is in it.</p>
        </div>
      )}
    </>
  )
}
