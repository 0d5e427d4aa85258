export { connectRelay, type Relay, type RelayOptions, type Session, type Vault, type VaultEntry } from './relay'
