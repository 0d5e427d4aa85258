export type { Session } from './line'
export type { McpServer } from './mcp'
export type { MirrorEntry, MirrorHead, MirrorLine } from './mirror'
export {
  connectMirror,
  connectRelay,
  connectTickets,
  type HostToken,
  type NotifyPlace,
  type Relay,
  type RelayOptions,
  type Vault,
  type VaultEntry,
} from './relay'
