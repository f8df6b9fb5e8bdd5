import type { PackFiles } from '../../src/core/pack.js';
import { filesToRead } from '../../src/packs/metadata-files.js';

/** A pack's files from their texts by path; only those that `filesToRead` names can be read, as in production. */
export function packFiles(texts: Readonly<Record<string, string>>): PackFiles {
  const readable = new Set(filesToRead(Object.keys(texts)));
  return {
    paths: new Map(Object.keys(texts).map((path) => [path, { mode: '100644' }])),
    text: (path) => (readable.has(path) && Object.hasOwn(texts, path) ? texts[path] : undefined),
  };
}

/** A pack.yaml without fault. */
export const packYaml = `name: beans
description: Cooks beans.
version: 1.2.0
author: ann
`;

/** A pack with one of every content type, without fault. */
export const beans: Readonly<Record<string, string>> = {
  'pack.yaml': packYaml,
  'config.schema.yaml': 'stove:\n  type: string\n  required: true\n',
  'README.md': '# Beans\n',
  'actions/cook.yaml': `---
name: cook
description: Cooks a pot of beans.
runner_type: python-script
entry_point: cook.py
parameters:
  pot:
    type: string
    required: true
  minutes:
    type: integer
    default: 20
`,
  'actions/cook.py': 'print("cooking")\n',
  'actions/feast.yaml': 'name: feast\nrunner_type: orquesta\nentry_point: workflows/feast.yaml\n',
  'actions/workflows/feast.yaml': 'version: 1.0\ntasks: {}\n',
  'aliases/cook.yaml': `name: cook
description: Cook some beans
action_ref: beans.cook
formats:
  - "cook {{ pot }}"
  - display: "cook {{ pot }} for {{ minutes }} minutes"
    representation:
      - "cook {{ pot }} for {{ minutes }}( minutes)?"
`,
  'rules/on_hungry.yaml': `name: on_hungry
trigger:
  type: beans.hungry
criteria: {}
action:
  ref: beans.cook
  parameters:
    pot: "{{ trigger.pot }}"
enabled: true
`,
  'sensors/nose.yaml': `class_name: NoseSensor
entry_point: nose.py
description: Smells burning
trigger_types:
  - name: burning
    payload_schema:
      type: object
`,
  'sensors/nose.py': 'class NoseSensor: pass\n',
  'triggers/hungry.yaml': 'name: hungry\npayload_schema:\n  type: object\n',
  'policies/one_pot.yaml': `name: one_pot
resource_ref: beans.cook
policy_type: action.concurrency
parameters:
  threshold: 1
`,
};
