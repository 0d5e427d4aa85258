interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown
}
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptUrlPolicy
}

/** The page's CSP lets scripts start only from addresses that went through this policy; it takes our own origin alone. */
let policy: ScriptUrlPolicy | undefined

/** Starts a module worker from an address that the build made. @throws TypeError for an address of another origin */
export function startWorker(url: string, name: string): Worker {
  return new Worker(trusted(url), { type: 'module', name })
}

/** Registers the page's service worker. @throws Error that says why the browser has none or refused it */
export function registerWorker(url: string): Promise<ServiceWorkerRegistration> {
  return navigator.serviceWorker.register(trusted(url))
}

function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  policy ??= trustedTypes?.createPolicy('tabwright-worker', { createScriptURL: ownUrl })
  return (policy ? policy.createScriptURL(url) : ownUrl(url)) as string
}

function ownUrl(url: string): string {
  const absolute = new URL(url, location.href)
  if (absolute.origin !== location.origin) throw new TypeError(`a worker cannot start from ${absolute.origin}`)
  return absolute.href
}
