import { agreedToContainers, consentCookie, type SessionId } from '@tabwright/protocol'

/** A session that wants WebContainers as soon as the page is there again. */
const WANTED = 'tabwright.wants-containers'

/** Whether the person agreed, in this browser. */
export function isAgreed(): boolean {
  return agreedToContainers(document.cookie)
}

/** The policy of the page comes with the page: it takes effect with a reload, behind which `session` has what it wanted. */
export function agree(session: SessionId): void {
  document.cookie = consentCookie(true)
  sessionStorage.setItem(WANTED, session)
  location.reload()
}

/** What runs in a container of this page ends with it. */
export function withdraw(): void {
  document.cookie = consentCookie(false)
  location.reload()
}

/** Once: whether this session waited for the reload. */
export function takeWanted(session: SessionId): boolean {
  if (sessionStorage.getItem(WANTED) !== session) return false
  sessionStorage.removeItem(WANTED)
  return true
}
