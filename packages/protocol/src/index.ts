export type {
  Bill,
  CallContent,
  Cleared,
  Content,
  DocumentContent,
  ImageContent,
  TextContent,
  ThinkingContent,
  UnknownContent,
  Usage,
} from './content'
export type { MissingTypes, Problem, ProblemReport } from './diagnostics'
export { fail, FailureError, failureOf, type Failure, type FailureCode } from './failure'
export {
  ATTACHABLE,
  checkAttachments,
  DOCUMENT_BYTES,
  DOCUMENT_PAGES,
  MOST_ATTACHED,
  PICTURE_BYTES,
  PICTURE_SIDE,
  sentSize,
  TEXT_CHARS,
  type AttachedDocument,
  type AttachedImage,
  type AttachedText,
  type Attachment,
} from './attachment'
export type { FileHits, FileSearchEnd, FileSearchWish, LineHit } from './file-search'
export type { FilesWish } from './files-wish'
export { fromBase64, toBase64 } from './base64'
export { fromBase64Url, toBase64Url } from './base64url'
export { isPicture, pictureSize, pictureType, withoutMetadata, type PictureType } from './picture'
export {
  changedMessage,
  type CallEdit,
  type Delivery,
  type InboxAnswer,
  type InboxMessage,
  type InboxRow,
  type QueuedChange,
  type Sending,
} from './inbox-message'
export { joinBytes } from './join-bytes'
export { MAX_PERSON, personLine, type GitPerson } from './git-person'
export {
  FETCH_ANSWER_HEADER,
  FETCH_REQUEST_HEADER,
  parseFetchAnswer,
  parseFetchRequest,
  type FetchAnswer,
  type FetchMethod,
  type FetchRequest,
} from './guarded-fetch'
export {
  DEFAULT_GUARDS,
  GUARD_LEVELS,
  GUARD_SETS,
  type GuardAnswer,
  type GuardLevel,
  type GuardLevels,
  type GuardPoint,
  type GuardSet,
  type HookSaid,
  type Placeholder,
} from './guards'
export { TEMPLATES, type TemplateName } from './project-template'
export { NO_QUALITY, RUNGS, type QualityCheck, type QualityWish, type Rung } from './quality'
export { HOOK_EVENTS, HOOKS_FILE, HOOKS_FOLDER, type HookEvent, type HookHandler, type HookRun, type HooksView } from './hooks'
export type { HistoryPoint, PointChange, Restored, RestoreAsk, RestoreOptions, RestorePlan } from './history'
export {
  agentId,
  blobHash,
  callId,
  digestOf,
  leaseId,
  MAIN_AGENT,
  sessionId,
  traceId,
  ulid,
  type AgentId,
  type BlobHash,
  type CallId,
  type Digest,
  type LeaseId,
  type SessionId,
  type TraceId,
} from './ids'
export { canonicalJson, isJsonObject, parseJson, type Json, type JsonObject } from './json'
export {
  amountText,
  DEFAULT_LIMITS,
  LIMIT_SCOPES,
  LIMIT_UNITS,
  type Amounts,
  type LimitRaised,
  type LimitReached,
  type Limits,
  type LimitScope,
  type LimitUnit,
} from './limits'
export { parseSealedEvents, parseStoredEvent, sealedText, unsealedFacts, type StoredEvent } from './migrate'
export { parseModelInfo } from './model-info'
export { NO_BILLING, withUsage, type Billing } from './model-usage'
export { costOf, PRICES } from './prices'
export { agreedToContainers, consentCookie, CONTAINER_ORIGIN } from './container-consent'
export {
  CONTAINER_LIMITS,
  MAX_CONTAINER_PORTS,
  FROM_CONTAINER,
  TO_CONTAINER,
  type ContainerFile,
  type ContainerState,
  type FromContainer,
  type ToContainer,
} from './container'
export {
  EMBEDDED,
  handsName,
  isSameHands,
  keyOfHands,
  type AutomaticPlace,
  type HandsChoice,
  type OfferedDirectory,
  type RemoteChoice,
} from './hands-choice'
export {
  CHANGE_ANSWER,
  CHANGE_ASKED,
  DIRECTORY_FORM,
  DIRECTORY_LIMITS,
  FOLLOW_ANSWER,
  FOLLOW_ASKED,
  LOOK_ANSWER,
  LOOK_ASKED,
  READ_ANSWER,
  READ_ASKED,
  RUN_ANSWER,
  RUN_ASKED,
  staysThere,
  STOP_ASKED,
  type ChangeAnswer,
  type DirectoryChange,
  type DirectoryEntry,
  type DirectoryWord,
  type FollowAnswer,
  type LookAnswer,
  type LookAsked,
  type Read,
  type ReadAnswer,
  type RunAnswer,
  type RunAsked,
} from './directory'
export { frameMirrorHead, readMirrorFrame, type MirrorFrame } from './mirror-frame'
export { assertNever } from './never'
export {
  headerOf,
  NETWORK_REFUSALS,
  networkRefusalOf,
  type AnnouncedPush,
  refuseNetwork,
  type NetworkAnswer,
  type NetworkFetch,
  type NetworkRefusal,
  type NetworkRequest,
  type NpmRead,
  type PackageStore,
} from './network'
export {
  MODE_NAMES,
  MODES,
  type Decision,
  UNNAMED_MODE,
  type Mode,
  type Rule,
  type RuleEffect,
  type RulePattern,
  type RuleRef,
  type RuleScope,
  type Verdict,
} from './permission'
export { fitsTool, parseRule, printRule, RULE_TOOLS, ruleText, wrongWith, type ParsedRule } from './rule-text'
export { LEVELS, presetOf, type Level, type Preset } from './level'
export {
  DEFAULT_SWITCHES,
  TAB_SETTINGS,
  TAB_SWITCHES,
  type Membership,
  type RelayAsk,
  type RemoteCall,
  type TabSetting,
  type TabSwitch,
  type TabSwitches,
  type Wake,
  type WakeTrigger,
  type WakeWish,
} from './membership'
export { parseKeptRule, type KeptRule } from './kept-rule'
export type { ProgramFunction, SandboxProgram } from './sandbox-program'
export {
  CALL_TOOL,
  functionCallOf,
  isChosen,
  isHere,
  MOST_WORKER_FUNCTIONS,
  queryField,
  ruleNameIn,
  ruleNameOf,
  toolNameOf,
  type ChosenFunction,
  type WorkerFunction,
} from './worker-function'
export type { HandsPorts, PortAnswer, PortReply, PortRequest } from './hands-ports'
export { DEMO_MODEL_ID, modePermissions } from './ports'
export { NO_TAINT, type SessionTaint, type TaintLeg } from './taint'
export type {
  Answer,
  ChosenModel,
  Claim,
  Clock,
  Effort,
  Commit,
  EventLog,
  FileEntry,
  Hands,
  HandsResult,
  HandsTerminal,
  HandsTerminals,
  Hash,
  Inbox,
  Model,
  ModelEvent,
  ModelInfo,
  OpenTerminal,
  PathChange,
  Random,
  Rewind,
  Run,
  Snapshot,
  SnapshotStore,
  TerminalEnds,
  TerminalSize,
  NamedContent,
  WireRow,
  WhenLong,
  WireStore,
  WriteOptions,
  Workspace,
  WorkspaceDelta,
  WorkspaceDraft,
  WorkspaceReader,
} from './ports'
export {
  hunksOf,
  linesOf,
  type ConflictChoice,
  type DecidedHunks,
  type Hunk,
  type LineSpan,
  type RefusedHunk,
  type ResolvedPart,
  type RefusedName,
  type ShownChange,
  type ShownPart,
} from './review'
export type { OpenQuestion, PersonAnswer, PersonQuestion, QuestionOption } from './question'
export type { Removal } from './removal'
export {
  forkHash,
  readForkHash,
  readLiveAddress,
  readShareAddress,
  SHARE_ALL,
  SHARE_KEY_BYTES,
  SHARE_LIFETIMES,
  shareAddress,
  type ShareAddress,
  type ShareChoice,
  type SharedLink,
  type ShareLifetime,
} from './share'
export { LIVE_ENDS, liveAddress, liveEndOf, readLiveNote, type LiveEnd, type LiveLink, type LiveNote, type LiveStanding } from './live'
export { frameLive, LIVE_CHECK_BYTES, LIVE_VERSION, readLiveFrame, type LiveFrame } from './live-frame'
export { frameShare, readShareFrame, SHARE_ID, SHARE_VERSION, type ShareFrame } from './share-frame'
export { isShareFile, localShareOrigin, SHARE_FILES } from './share-host'
export { regionsOf, type Region } from './three-way'
export type { Metric, Progress, ProgressItem, ProgressLine, ProgressStep, ProgressTotals } from './progress'
export type {
  AgentRow,
  Approval,
  CallRow,
  Compacting,
  CompactionRow,
  CallState,
  DraftKind,
  FileReview,
  FoundSession,
  NoticeRow,
  Provider,
  RelayState,
  Row,
  SessionRow,
  SessionShelf,
  SessionCost,
  SessionScreen,
  SessionStatus,
  TaskName,
  TaskView,
  UnknownCall,
  UserRow,
  WindowMeter,
  AttachedContent,
  QueuedMessage,
} from './screen'
export { AGENT_FACTS } from './session-event'
export type {
  AgentFact,
  ChangedBy,
  CompactionEnd,
  CompactionWay,
  Draft,
  FetchEnd,
  EditBase,
  FileChange,
  Resolution,
  SessionEvent,
  SessionEventMap,
  SessionEventType,
  TurnStop,
  RemoteCallee,
} from './session-event'
export { countHidden, withHiddenShown } from './hidden-text'
export { KERNEL_FRAME_PATH, OFFLINE_WORKER_PATH } from './headers'
export { isSandboxHost, sandboxOrigin } from './sandbox-host'
export { isPreviewFile, isPreviewHost, PREVIEW_FILES, previewOrigin } from './preview-host'
export { mediaType } from './media-type'
export {
  MAX_PREVIEW_PATH,
  MAX_PREVIEW_TEXT,
  MAX_SEEN_PICTURE,
  MAX_SEEN_TEXT,
  parseFilesRequest,
  parsePageWord,
  parseStreamTaking,
  type FilesAnswer,
  type FilesRequest,
  type PageWord,
  type PreviewLevel,
  type PreviewOrder,
  type PreviewPicture,
  type PreviewRow,
  type PreviewSight,
  type PreviewStatus,
  type PreviewView,
  type StreamPiece,
  type StreamTaking,
} from './preview'
export { doneOf, LONGEST_TODO, MOST_TODOS, TODO_STATES, TODO_TOOL, todosIn, type Todo, type TodoState } from './todo'
export type { EffectClass, Outcome, OutcomeDetail, ToolSpec } from './tool'
export type { BudgetLine, CostView, ModelCost, ToolCost } from './cost-view'
export { TRACE_KINDS, type TraceKind, type TraceStep, type TraceTurn, type TraceView } from './trace-view'
export { LOG_FORMAT } from './version'
export { WINDOW_PARTS, type WindowCounted, type WindowItem, type WindowPart, type WindowPartName, type WindowView } from './window-view'
