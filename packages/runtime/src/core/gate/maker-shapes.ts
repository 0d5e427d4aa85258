/** What keys and tokens of well-known makers look like. Every expression takes time linear in the text. */
interface KeyShape {
  readonly what: string
  readonly shape: RegExp
}

/** By what their makers put in front, so that a word of somebody's is not taken for one. */
const SHAPES: readonly KeyShape[] = [
  { what: 'a private key', shape: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s:,-]{20,}/g },
  { what: 'an age key', shape: /\bAGE-SECRET-KEY-1[0-9A-Z]{40,}/g },

  { what: 'an Anthropic key', shape: /\bsk-ant-[\w-]{20,}/g },
  { what: 'a key of OpenAI’s form', shape: /\bsk-(?!ant-)(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}/g },
  { what: 'a Hugging Face token', shape: /\bhf_[A-Za-z0-9]{30,}/g },
  { what: 'a Groq key', shape: /\bgsk_[A-Za-z0-9]{40,}/g },
  { what: 'an xAI key', shape: /\bxai-[A-Za-z0-9]{60,}/g },
  { what: 'a Replicate token', shape: /\br8_[A-Za-z0-9]{30,}/g },
  { what: 'a Perplexity key', shape: /\bpplx-[A-Za-z0-9]{40,}/g },

  { what: 'a GitHub token', shape: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/g },
  { what: 'a GitLab token', shape: /\bgl(?:pat|dt|rt|soat|cbt|ptt|ft|imt|agent)-[\w-]{20,}/g },
  { what: 'a Bitbucket token', shape: /\bATBB[A-Za-z0-9]{24,}/g },
  { what: 'an Atlassian token', shape: /\bATATT3[\w=-]{40,}/g },
  { what: 'an npm token', shape: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { what: 'a PyPI token', shape: /\bpypi-[\w-]{50,}/g },
  { what: 'a RubyGems key', shape: /\brubygems_[0-9a-f]{48}/g },
  { what: 'a NuGet key', shape: /\boy2[a-z0-9]{43}\b/g },
  { what: 'a Clojars token', shape: /\bCLOJARS_[0-9a-f]{60}/g },
  { what: 'a Docker token', shape: /\bdckr_(?:pat|oat)_[\w-]{24,}/g },
  { what: 'a CircleCI token', shape: /\bCCIPAT_[A-Za-z0-9]{10,}_[0-9a-f]{40}/g },
  { what: 'a Buildkite token', shape: /\bbk[up]a_[A-Za-z0-9]{36,}/g },

  { what: 'an AWS key', shape: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { what: 'a Google key', shape: /\bAIza[\w-]{35}/g },
  { what: 'a Google client secret', shape: /\bGOCSPX-[\w-]{24,}/g },
  { what: 'a Google access token', shape: /\bya29\.[\w-]{20,}/g },
  { what: 'an Azure storage key', shape: /\bAccountKey=[A-Za-z0-9+/]{60,}={0,2}/g },
  { what: 'an Azure client secret', shape: /\b[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{34}/g },
  { what: 'a DigitalOcean token', shape: /\bdo[opr]_v1_[0-9a-f]{64}/g },
  { what: 'a Fly.io token', shape: /\b(?:fo1_[\w-]{40,}|fm[12][ar]?_[A-Za-z0-9+/=]{40,})/g },
  { what: 'a Heroku key', shape: /\bHRKU-[\w-]{36,}/g },
  { what: 'a Netlify token', shape: /\bnfp_[A-Za-z0-9]{36,}/g },
  { what: 'a Vercel token', shape: /\bvercel_blob_rw_\w{20,}/g },
  { what: 'a Supabase key', shape: /\b(?:sbp_[0-9a-f]{40}|sb_secret_[\w-]{20,})/g },
  { what: 'a PlanetScale token', shape: /\bpscale_(?:tkn|pw|oauth)_[\w.-]{30,}/g },
  { what: 'a Databricks token', shape: /\bdapi[0-9a-f]{32}\b/g },
  { what: 'a Vault token', shape: /\bhv[sbr]\.[\w-]{24,}/g },
  { what: 'a Terraform Cloud token', shape: /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}/g },
  { what: 'a Pulumi token', shape: /\bpul-[0-9a-f]{40}\b/g },
  { what: 'a Doppler token', shape: /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,}/g },

  { what: 'a Slack token', shape: /\bxox[abeprs]-[\w-]{10,}/g },
  { what: 'a Slack app token', shape: /\bxapp-\d-[A-Z0-9]+-\d+-[0-9a-f]{32,}/g },
  { what: 'a Slack webhook', shape: /\bhooks\.slack\.com\/(?:services|workflows)\/[\w/]{20,}/g },
  { what: 'a Discord webhook', shape: /\bdiscord(?:app)?\.com\/api\/webhooks\/\d{15,}\/[\w-]{40,}/g },
  { what: 'a Discord bot token', shape: /\b[MNO][A-Za-z0-9_-]{23,27}\.[\w-]{6}\.[\w-]{27,}/g },
  { what: 'a Telegram bot token', shape: /\b\d{8,10}:AA[\w-]{33}/g },
  { what: 'a Twilio key', shape: /\bSK[0-9a-f]{32}\b/g },
  { what: 'a SendGrid key', shape: /\bSG\.[\w-]{16,}\.[\w-]{16,}/g },
  { what: 'a Mailgun key', shape: /\bkey-[0-9a-f]{32}\b/g },
  { what: 'a Mailchimp key', shape: /\b[0-9a-f]{32}-us\d{1,2}\b/g },
  { what: 'a Brevo key', shape: /\bxkeysib-[0-9a-f]{64}-\w{16}/g },

  { what: 'a Stripe key', shape: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g },
  { what: 'a Stripe webhook secret', shape: /\bwhsec_[A-Za-z0-9+/=]{24,}/g },
  { what: 'a Square token', shape: /\bsq0(?:atp|csp|idp)-[\w-]{22,}/g },
  { what: 'a Shopify token', shape: /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g },
  { what: 'a PayPal token', shape: /\baccess_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}/g },

  { what: 'a Grafana token', shape: /\bgl(?:c|sa)_[A-Za-z0-9+/=_]{32,}/g },
  { what: 'a New Relic key', shape: /\bNR(?:AK|JS|II|RA)-[A-Za-z0-9]{19,}/g },
  { what: 'a Sentry token', shape: /\bsntry[su]_[A-Za-z0-9+/=_-]{40,}/g },
  { what: 'a Postman key', shape: /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}/g },
  { what: 'a Linear key', shape: /\blin_(?:api|oauth)_[A-Za-z0-9]{32,}/g },
  { what: 'a Notion token', shape: /\b(?:secret_[A-Za-z0-9]{43}\b|ntn_[A-Za-z0-9]{40,})/g },
  { what: 'an Airtable token', shape: /\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}/g },
  { what: 'a Figma token', shape: /\bfig[dour]_[\w-]{36,}/g },
  { what: 'a Dropbox token', shape: /\bsl\.(?:u\.)?[\w-]{60,}/g },
  { what: 'a Contentful token', shape: /\bCFPAT-[\w-]{43}/g },
  { what: 'a Facebook token', shape: /\bEAA[A-Za-z0-9]{60,}/g },

  { what: 'a signed token (JWT)', shape: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g },
]

/** Most texts hold none: one look says so. */
const ANY = new RegExp(SHAPES.map(({ shape }) => `(?:${shape.source})`).join('|'))

/** A part of a text that looks like a key. */
export interface Shaped {
  readonly what: string
  readonly text: string
}

/** What of a text has the shape of a maker's key, in no order. */
export function makersKeysIn(text: string): readonly Shaped[] {
  if (!ANY.test(text)) return []
  return SHAPES.flatMap(({ what, shape }) => [...text.matchAll(shape)].map(([match]) => ({ what, text: match })))
}
