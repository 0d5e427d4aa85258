export type { Session } from './line'
export type { MirrorEntry, MirrorHead, MirrorLine } from './mirror'
export { connectMirror, connectRelay, type Relay, type RelayOptions, type Vault, type VaultEntry } from './relay'
