/** Texts of the object view. */
export const object = {
  'object.revision': 'revision {n} / {of}',
  'object.revisions': 'Revisions',
  'object.previous': 'Previous revision',
  'object.next': 'Next revision',
  'object.diff': 'Diff',
  'object.compareWith': 'Compare with revision {n}',
  'object.deleted': 'deleted',
  'object.removed': 'removed',
  'object.side': 'Conditions, owners, revisions',
  'object.yaml': 'YAML with the writer of each field',
  'object.atTime': 'at {time}, with the writer of each field',
  'object.owners': 'Owners',
  'object.history': 'Changes of {field}',
  'object.noChange': 'This field did not change.',
  'object.inEvents': 'What happened at that moment',
  'object.choose': 'Choose an object',
} as const;
