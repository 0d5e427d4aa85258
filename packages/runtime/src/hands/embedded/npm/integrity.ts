import { sha1 } from '@noble/hashes/legacy.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { NpmError } from './npm-error'

const ALGORITHMS = { sha512, sha1 }
/** The strongest first. */
const ORDER = ['sha512', 'sha1'] as const

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

/** Of an old package that has a hexadecimal sum alone. */
export function integrityOfSum(shasum: string): string | undefined {
  if (!/^[\da-f]{40}$/i.test(shasum)) return undefined
  return `sha1-${base64(Uint8Array.from(shasum.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)))}`
}

/** The sha512 of what an integrity names; undefined where it names weaker ones alone. */
export function strongOf(integrity: string | undefined): string | undefined {
  return /(?:^|\s)(sha512-[A-Za-z\d+/]{86}==)(?=[?\s]|$)/.exec(integrity ?? '')?.[1]
}

/** @param what the package, for the message. @throws NpmError EINTEGRITY */
export function checkIntegrity(bytes: Uint8Array, integrity: string, what: string): void {
  const told = integrity.split(/\s+/).map((one) => one.replace(/\?.*$/, ''))
  const algorithm = ORDER.find((name) => told.some((one) => one.startsWith(`${name}-`)))
  if (algorithm === undefined)
    throw new NpmError('EINTEGRITY', `${what}: its integrity ${integrity.slice(0, 100)} is of no kind that is checked here (sha512, sha1).`)
  const found = `${algorithm}-${base64(ALGORITHMS[algorithm](bytes))}`
  if (told.includes(found)) return
  throw new NpmError(
    'EINTEGRITY',
    `${what}: its bytes are not those that were named. Nothing was installed.`,
    `wanted ${told.find((one) => one.startsWith(`${algorithm}-`))}`,
    `but got ${found} (${bytes.length} bytes)`,
  )
}
