import type { SessionId } from '@tabwright/protocol'
import { t } from '@tabwright/ui/language'

/** Where it is kept that the person wants to be told. */
export const NOTIFY_KEY = 'tabwright.notify'

/** Where it is kept that the place of the relay's operator is told too. */
export const OUTSIDE_KEY = 'tabwright.notify-outside'

/** Whether the person is told: they want to be, the browser lets us, and they are not looking. */
export function mayNotify(kept: string | null, permission: NotificationPermission | undefined, isHidden: boolean): boolean {
  return kept === 'on' && permission === 'granted' && isHidden
}

/** What this browser lets us do; undefined where it has no notifications. */
export function notifyPermission(): NotificationPermission | undefined {
  return 'Notification' in globalThis ? Notification.permission : undefined
}

/** Tells the person that a session waits for them. Another tab that tells the same takes the place of the first. */
export function notifyOf(session: SessionId, title: string): void {
  const shown = new Notification(t('A session needs you'), { body: title, tag: `needs-you:${session}` })
  shown.addEventListener('click', () => {
    globalThis.focus()
    shown.close()
  })
}
