/** Whose frame the client of WebContainers puts up. */
export const CONTAINER_ORIGIN = 'https://stackblitz.com'

/** What the browser tells its server once the person agreed to WebContainers: a page's policy comes with the page. */
const COOKIE = 'tabwright-webcontainers'

/** For `document.cookie`. */
export function consentCookie(isAgreed: boolean): string {
  return `${COOKIE}=${isAgreed ? 'agreed' : ''}; Path=/; SameSite=Strict; Max-Age=${isAgreed ? 31_536_000 : 0}`
}

/** Whether a request, or a page, has the cookie of a person who agreed. */
export function agreedToContainers(cookies: string | undefined): boolean {
  return (cookies ?? '').split(';').some((one) => one.trim() === `${COOKIE}=agreed`)
}
