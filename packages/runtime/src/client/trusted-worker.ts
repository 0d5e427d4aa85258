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
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  policy ??= trustedTypes?.createPolicy('tabwright-worker', { createScriptURL: ownUrl })
  const trusted = policy ? policy.createScriptURL(url) : ownUrl(url)
  return new Worker(trusted as string, { type: 'module', name })
}

function ownUrl(url: string): string {
  const absolute = new URL(url, location.href)
  if (absolute.origin !== location.origin) throw new TypeError(`a worker cannot start from ${absolute.origin}`)
  return absolute.href
}
