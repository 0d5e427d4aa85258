/** What a person does with files and folders of the workspace. A path that ends in `/` is a folder's, with all that is in it. */
export type FilesWish =
  /** A folder that is there although nothing is in it. */
  | { readonly type: 'folder'; readonly path: string }
  /** Another name, or another place. */
  | { readonly type: 'move'; readonly from: string; readonly to: string }
  | { readonly type: 'copy'; readonly from: string; readonly to: string }
  | { readonly type: 'remove'; readonly path: string }
