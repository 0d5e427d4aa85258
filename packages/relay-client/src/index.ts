export { wantsCode } from './answer'
export type { KeptBearer, Session } from './line'
export type { McpServer } from './mcp'
export type { MirrorEntry, MirrorHead, MirrorLine } from './mirror'
export { readSealed, type ShareEntry, type ShareLine } from './shares'
export type { LiveLine, LiveRefused } from './lives'
export {
  connectLives,
  connectMirror,
  connectRelay,
  connectShares,
  connectTickets,
  type HostToken,
  type NotifyPlace,
  type Relay,
  type RelayOptions,
  type Vault,
  type VaultEntry,
} from './relay'
