@0xd4f0a7b1c3e2958d;
# The event catalogue of BTI's relay log: one struct per event type. A part (parts.capnp) holds the
# struct of its event with only the fields of its class set. Absent is the default of every field, so
# a part has one byte form. Evolve only by the next @N; never reuse, retype or change a default.

using Cxx = import "/capnp/c++.capnp";
using Cat = import "annotations.capnp";
$Cxx.namespace("stafett::bti::schema");

enum EventType {
  unset @0;
  concernRaised @1;
  concernConcretised @2;
  concernSharedWithLeader @3;
  anonymousConsultationHeld @4;
  protectionFlagSet @5;
  protectionFlagLifted @6;
  guardiansInformed @7;
  childHeard @8;
  childHearingExempted @9;
  level0Decided @10;
  guardianLinked @11;
  guardianAccessGranted @12;
  guardianAccessEnded @13;
  maturityAssessed @14;
  consentRequested @15;
  consentGranted @16;
  consentRefused @17;
  consentWithdrawn @18;
  oralConsentNoted @19;
  consentExceptionRecorded @20;
  logOpened @21;
  holderAppointed @22;
  batonOffered @23;
  batonAccepted @24;
  batonDeclined @25;
  holderConfirmed @26;
  holderLeft @27;
  participantAdded @28;
  participantRemoved @29;
  levelChanged @30;
  agreementRecorded @31;
  goalSet @32;
  measurePlanned @33;
  measureStarted @34;
  measureChanged @35;
  evaluationRescheduled @36;
  measureEvaluated @37;
  measureEnded @38;
  meetingCalled @39;
  meetingHeld @40;
  minutesRecorded @41;
  noteAdded @42;
  attachmentAdded @43;
  schoolEnvironmentFlagged @44;
  schoolEnvironmentPlanMade @45;
  ipAssessed @46;
  ipGranted @47;
  coordinatorNamed @48;
  reportingDutyAssessed @49;
  concernReportSent @50;
  reportFeedbackReceived @51;
  compartmentReleased @52;
  progressStalled @53;
  escalatedToKe @54;
  transitionPlanned @55;
  transitionOccurred @56;
  closureDemanded @57;
  logClosed @58;
  archiveSent @59;
  archiveReceipted @60;
  archiveFailed @61;
  transferOffered @62;
  transferAccepted @63;
  entryCorrected @64;
  rightsRequested @65;
  rightsAnswered @66;
  entryRestricted @67;
  entryRead @68;
  readDenied @69;
  breakGlassUsed @70;
  breakGlassApproved @71;
  accessReviewed @72;
  commandRejected @73;
  auditAccessGranted @74;
  auditAccessApproved @75;
  auditExportMade @76;
  statisticsPublished @77;
  personRegistered @78;
  personDetailsRecorded @79;
  serviceRegistered @80;
  profileProposed @81;
  profileApproved @82;
}

enum Flag { absent @0; no @1; yes @2; }

enum SubjectKind { absent @0; child @1; pregnant @2; }
enum ConcernSource { absent @0; employee @1; guardian @2; child @3; pregnant @4; anonymous @5; }
enum ProtectionFlagSetGround { absent @0; violence @1; abuse @2; other @3; }
enum AgreedWith { absent @0; barnevern @1; police @2; leader @3; }
enum GuardiansInformedHow { absent @0; talk @1; phone @2; letter @3; digital @4; }
enum ChildHeardHow {
  absent @0;
  talk @1;
  play @2;
  observation @3;
  written @4;
  meeting @5;
  other @6;
}
enum ChildHearingExemptedReason {
  absent @0;
  tooYoung @1;
  childDeclined @2;
  protective @3;
  unreachable @4;
  other @5;
}
enum Level0Outcome { absent @0; close @1; level1 @2; level2 @3; level3 @4; report @5; }
enum Relation { absent @0; mother @1; father @2; coparent @3; foster @4; guardian @5; other @6; }
enum GuardianLinkedBasis { absent @0; register @1; document @2; statement @3; }
enum Channel { absent @0; digital @1; paper @2; }
enum GuardianAccessEndedGround {
  absent @0;
  noContactOrder @1;
  responsibilityLost @2;
  ownRequest @3;
  youthDecides @4;
  other @5;
}
enum ConsentGrantedForm { absent @0; written @1; oral @2; digital @3; }
enum Recipient { absent @0; service @1; person @2; }
enum ConsentExceptionRecordedGround {
  absent @0;
  noContactOrder @1;
  unreachable @2;
  danger @3;
  other @4;
}
enum FamilyWish { absent @0; followed @1; notFollowed @2; noWish @3; }
enum HolderConfirmedHow { absent @0; meeting @1; talk @2; written @3; }
enum Cause { absent @0; leave @1; resigned @2; newPosition @3; sick @4; other @5; }
enum ParticipantRemovedReason { absent @0; consentWithdrawn @1; taskDone @2; left @3; other @4; }
enum AgreementRecordedAbout { absent @0; opening @1; plan @2; level @3; closing @4; }
enum AgreementRecordedHow { absent @0; meeting @1; written @2; oral @3; digital @4; }
enum Area {
  absent @0;
  social @1;
  emotional @2;
  language @3;
  motor @4;
  learning @5;
  behaviour @6;
  attendance @7;
  health @8;
  family @9;
  economy @10;
  other @11;
}
enum GoalSetStatus { absent @0; open @1; reached @2; dropped @3; }
enum Arena { absent @0; home @1; unit @2; leisure @3; other @4; }
enum Effect { absent @0; worse @1; none @2; some @3; good @4; full @5; }
enum Decision { absent @0; continue @1; adjust @2; end @3; }
enum MeasureEndedReason { absent @0; done @1; replaced @2; declined @3; moved @4; other @5; }
enum MeetingKind {
  absent @0;
  start @1;
  cooperation @2;
  network @3;
  crossService @4;
  evaluation @5;
}
enum NoteAddedKind { absent @0; general @1; progress @2; observation @3; positive @4; closing @5; }
enum Compartment { absent @0; open @1; barnevern @2; }
enum AttachmentAddedKind {
  absent @0;
  consentForm @1;
  observation @2;
  minutes @3;
  plan @4;
  evaluation @5;
  report @6;
  closingNote @7;
  referral @8;
  other @9;
}
enum CoordinatorNamedGround { absent @0; ip @1; childCoordinator @2; }
enum ReportingDutyAssessedGround {
  absent @0;
  mistreatment @1;
  illness @2;
  specialNeeds @3;
  behaviour @4;
  trafficking @5;
  none @6;
}
enum ReportingDutyAssessedOutcome { absent @0; report @1; noReport @2; }
enum ConcernReportSentTo { absent @0; barnevern @1; police @2; both @3; }
enum ReportFeedbackReceivedKind {
  absent @0;
  received @1;
  studyOpened @2;
  dismissed @3;
  studyEnded @4;
}
enum TransitionPlannedKind {
  absent @0;
  kindergartenToSchool @1;
  schoolChange @2;
  adulthood @3;
  move @4;
}
enum ClosingReason {
  absent @0;
  goal @1;
  noConcern @2;
  guardianDemand @3;
  ip @4;
  moved @5;
  agedOut @6;
  subjectChanged @7;
  death @8;
  openedInError @9;
}
enum ArchiveSentTarget { absent @0; fiks @1; manual @2; }
enum RightsRequestedKind {
  absent @0;
  access @1;
  correction @2;
  erasure @3;
  restriction @4;
  objection @5;
}
enum RightsAnsweredOutcome { absent @0; granted @1; partly @2; refused @3; }
enum EntryRestrictedGround {
  absent @0;
  accuracyContested @1;
  unlawful @2;
  legalClaim @3;
  objection @4;
}
enum Capacity {
  absent @0;
  guardian @1;
  subject @2;
  holder @3;
  participant @4;
  staff @5;
  leader @6;
  coordinator @7;
  archivist @8;
  auditor @9;
  dpo @10;
  breakGlass @11;
  reporter @12;
  operator @13;
}
enum Purpose {
  absent @0;
  followUp @1;
  meeting @2;
  handover @3;
  ownCase @4;
  supervision @5;
  archive @6;
  control @7;
  emergency @8;
}
enum AccessReviewedResult { absent @0; ok @1; misuse @2; followUp @3; }
enum Role {
  absent @0;
  employee @1;
  leader @2;
  coordinator @3;
  admin @4;
  archivist @5;
  auditor @6;
  dpo @7;
  reporter @8;
  guardian @9;
  child @10;
  pregnant @11;
  system @12;
}
enum ServiceKind {
  absent @0;
  kindergarten @1;
  school @2;
  healthStation @3;
  schoolHealth @4;
  ppt @5;
  barnevern @6;
  youth @7;
  nav @8;
  bup @9;
  gp @10;
  adultHealth @11;
  coordinatingUnit @12;
  police @13;
  other @14;
}

struct Names { nb @0 :Text; nn @1 :Text; en @2 :Text; }
struct Contact { email @0 :Text; phone @1 :Text; }

struct ConcernRaised $Cat.event((stream = "case", compartment = "level0", phases = "start", who = "anyone")) {
  subject @0 :Data $Cat.field((class = identity, type = person, required = true));
  subjectKind @1 :SubjectKind $Cat.field((class = fact, type = enumeration, required = true));
  birthDate @2 :Int32 = -2147483648 $Cat.field((class = identity, type = date));  # needed for every age rule; unknown = no age rule applies, child counts as below every age of consent and above childHeardFromAge
  languages @3 :List(Text) $Cat.field((class = identity, type = lang, list = true));  # languages the subject understands
  source @4 :ConcernSource $Cat.field((class = fact, type = enumeration, required = true));
  service @5 :Text $Cat.field((class = fact, type = service, required = true));  # home service: where the concern is clarified
  summary @6 :Text $Cat.field((class = narrative, type = text, required = true));
  previousCase @7 :Data $Cat.field((class = identity, type = case));  # an earlier, closed case of the same subject
}

struct ConcernConcretised $Cat.event((stream = "case", compartment = "level0", phases = "pre", who = "staff")) {
  observations @0 :Text $Cat.field((class = narrative, type = text, required = true));  # what was seen, heard, said, done; no interpretation
  periodFrom @1 :Int32 = -2147483648 $Cat.field((class = fact, type = date));
  periodTo @2 :Int32 = -2147483648 $Cat.field((class = fact, type = date));
  degree @3 :Int64 = -1 $Cat.field((class = fact, type = int, min = 1, max = 10));  # scale of concern 1-10
  earlierConcerns @4 :Flag $Cat.field((class = fact, type = bool));
}

struct ConcernSharedWithLeader $Cat.event((stream = "case", compartment = "level0", phases = "pre", who = "staff")) {
  leader @0 :Data $Cat.field((class = identity, type = person, required = true));
  responsible @1 :Data $Cat.field((class = identity, type = person));  # who makes it concrete and follows it up
}

struct AnonymousConsultationHeld $Cat.event((stream = "case", compartment = "protected", phases = "live", who = "staff")) {
  service @0 :Text $Cat.field((class = fact, type = service, required = true));  # usually barnevern; the subject is not named to them
  advice @1 :Text $Cat.field((class = narrative, type = text));
}

struct ProtectionFlagSet $Cat.event((stream = "case", compartment = "protected", phases = "live", who = "staff")) {
  ground @0 :ProtectionFlagSetGround $Cat.field((class = fact, type = enumeration, required = true));
  note @1 :Text $Cat.field((class = narrative, type = text));
}

struct ProtectionFlagLifted $Cat.event((stream = "case", compartment = "protected", phases = "live", who = "leader")) {
  agreedWith @0 :AgreedWith $Cat.field((class = fact, type = enumeration, required = true));
  note @1 :Text $Cat.field((class = narrative, type = text));
}

struct GuardiansInformed $Cat.event((stream = "case", compartment = "level0", phases = "live", who = "staff")) {
  guardians @0 :List(Data) $Cat.field((class = identity, type = person, required = true, list = true, nonEmpty = true));
  how @1 :GuardiansInformedHow $Cat.field((class = fact, type = enumeration, required = true));
  childInformed @2 :Flag $Cat.field((class = fact, type = bool));
  view @3 :Text $Cat.field((class = narrative, type = text));  # the guardians' own view
}

struct ChildHeard $Cat.event((stream = "case", compartment = "level0/open", phases = "live", who = "staff")) {
  hearing @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "hearing"));
  how @1 :ChildHeardHow $Cat.field((class = fact, type = enumeration, required = true));
  adult @2 :Data $Cat.field((class = identity, type = person, required = true));
  view @3 :Text $Cat.field((class = narrative, type = text, required = true));
  hideFromGuardians @4 :Flag $Cat.field((class = fact, type = bool));  # the child asked for it
}

struct ChildHearingExempted $Cat.event((stream = "case", compartment = "level0/open", phases = "live", who = "staff")) {
  reason @0 :ChildHearingExemptedReason $Cat.field((class = fact, type = enumeration, required = true));
  note @1 :Text $Cat.field((class = narrative, type = text));
}

struct Level0Decided $Cat.event((stream = "case", compartment = "level0", phases = "pre", who = "leader staff")) {
  outcome @0 :Level0Outcome $Cat.field((class = fact, type = enumeration, required = true));
  reason @1 :Text $Cat.field((class = narrative, type = text, required = true));
  decidedBy @2 :List(Data) $Cat.field((class = identity, type = person, list = true));
  hearings @3 :List(Text) $Cat.field((class = fact, type = refId, list = true, idKind = "hearing"));
}

struct GuardianLinked $Cat.event((stream = "case", compartment = "open", phases = "live", who = "staff coordinator")) {
  guardian @0 :Data $Cat.field((class = identity, type = person, required = true));
  relation @1 :Relation $Cat.field((class = fact, type = enumeration, required = true));
  responsibility @2 :Flag $Cat.field((class = fact, type = bool, required = true));  # parental responsibility (foreldreansvar)
  languages @3 :List(Text) $Cat.field((class = identity, type = lang, list = true));
  basis @4 :GuardianLinkedBasis $Cat.field((class = fact, type = enumeration));
}

struct GuardianAccessGranted $Cat.event((stream = "case", compartment = "open", phases = "live", who = "staff")) {
  guardian @0 :Data $Cat.field((class = identity, type = person, required = true));
  channel @1 :Channel $Cat.field((class = fact, type = enumeration, required = true));
}

struct GuardianAccessEnded $Cat.event((stream = "case", compartment = "open", phases = "all", who = "staff")) {
  guardian @0 :Data $Cat.field((class = identity, type = person, required = true));
  ground @1 :GuardianAccessEndedGround $Cat.field((class = fact, type = enumeration, required = true));
}

struct MaturityAssessed $Cat.event((stream = "case", compartment = "open", phases = "live", who = "staff")) {
  capable @0 :Flag $Cat.field((class = fact, type = bool, required = true));  # able to give informed, free consent
  basis @1 :Text $Cat.field((class = narrative, type = text, required = true));
}

struct ConsentRequested $Cat.event((stream = "case", compartment = "open", phases = "live", who = "staff")) {
  request @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "request"));
  consenter @1 :Data $Cat.field((class = identity, type = person, required = true));
  services @2 :List(Text) $Cat.field((class = fact, type = service, required = true, list = true));
  openLog @3 :Flag $Cat.field((class = fact, type = bool, required = true));
  until @4 :Int32 = -2147483648 $Cat.field((class = fact, type = date));
  textVersion @5 :Text $Cat.field((class = fact, type = line));
  language @6 :Text $Cat.field((class = fact, type = lang));
}

struct ConsentGranted $Cat.event((stream = "case", compartment = "open", phases = "live", who = "guardian subject staff")) {
  consent @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "consent"));
  consenter @1 :Data $Cat.field((class = identity, type = person, required = true));
  services @2 :List(Text) $Cat.field((class = fact, type = service, required = true, list = true));  # the receiving services
  openLog @3 :Flag $Cat.field((class = fact, type = bool, required = true));  # covers opening and keeping the log
  form @4 :ConsentGrantedForm $Cat.field((class = fact, type = enumeration, required = true));
  from @5 :Int32 = -2147483648 $Cat.field((class = fact, type = date, required = true));
  to @6 :Int32 = -2147483648 $Cat.field((class = fact, type = date));  # last day it holds; see consentMaxMonths
  recipient @7 :Recipient $Cat.field((class = fact, type = enumeration, required = true));  # person = given to a named employee
  documentDigest @8 :Data $Cat.field((class = narrative, type = digest));
  textVersion @9 :Text $Cat.field((class = fact, type = line));
  language @10 :Text $Cat.field((class = fact, type = lang));  # of the text shown
  interpreter @11 :Flag $Cat.field((class = fact, type = bool));
  request @12 :Text $Cat.field((class = fact, type = refId, idKind = "request"));
  replaces @13 :Text $Cat.field((class = fact, type = refId, idKind = "consent"));  # the consent it renews; that one ends here
  transferTo @14 :Text $Cat.field((class = fact, type = line));  # number of the municipality that may receive the log
}

struct ConsentRefused $Cat.event((stream = "case", compartment = "open", phases = "live", who = "guardian subject staff")) {
  consenter @0 :Data $Cat.field((class = identity, type = person, required = true));
  services @1 :List(Text) $Cat.field((class = fact, type = service, required = true, list = true));
  openLog @2 :Flag $Cat.field((class = fact, type = bool, required = true));
  how @3 :ConsentGrantedForm $Cat.field((class = fact, type = enumeration, required = true));
  note @4 :Text $Cat.field((class = narrative, type = text));
}

struct ConsentWithdrawn $Cat.event((stream = "case", compartment = "open", phases = "all", who = "guardian subject staff")) {
  consent @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "consent"));
  services @1 :List(Text) $Cat.field((class = fact, type = service, list = true, nonEmpty = true));  # absent: the whole consent
  how @2 :ConsentGrantedForm $Cat.field((class = fact, type = enumeration, required = true));
  note @3 :Text $Cat.field((class = narrative, type = text));
}

struct OralConsentNoted $Cat.event((stream = "case", compartment = "open", phases = "live", who = "staff")) {
  consent @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "consent"));
  note @1 :Text $Cat.field((class = narrative, type = text, required = true));
}

struct ConsentExceptionRecorded $Cat.event((stream = "case", compartment = "open", phases = "live", who = "leader")) {
  guardian @0 :Data $Cat.field((class = identity, type = person, required = true));
  ground @1 :ConsentExceptionRecordedGround $Cat.field((class = fact, type = enumeration, required = true));
  note @2 :Text $Cat.field((class = narrative, type = text, required = true));
}

struct LogOpened $Cat.event((stream = "case", compartment = "open", phases = "pre", who = "staff")) {
  level @0 :Int64 = -1 $Cat.field((class = fact, type = int, required = true, min = 1, max = 3));  # 1-3
  holder @1 :Data $Cat.field((class = identity, type = person, required = true));
  service @2 :Text $Cat.field((class = fact, type = service, required = true));  # the holder's
  consents @3 :List(Text) $Cat.field((class = fact, type = line, required = true, list = true));  # local ids of the consents relied on
}

struct HolderAppointed $Cat.event((stream = "case", compartment = "open", phases = "live", who = "leader staff")) {
  person @0 :Data $Cat.field((class = identity, type = person, required = true));
  service @1 :Text $Cat.field((class = fact, type = service, required = true));
  basis @2 :Text $Cat.field((class = narrative, type = text));
  familyWish @3 :FamilyWish $Cat.field((class = fact, type = enumeration));
}

struct BatonOffered $Cat.event((stream = "case", compartment = "open", phases = "open", who = "holder leader")) {
  offer @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "offer"));
  to @1 :Data $Cat.field((class = identity, type = person, required = true));
  service @2 :Text $Cat.field((class = fact, type = service, required = true));  # of the person offered
  reason @3 :Text $Cat.field((class = narrative, type = text));
}

struct BatonAccepted $Cat.event((stream = "case", compartment = "open", phases = "open", who = "employee")) {
  offer @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "offer"));
  person @1 :Data $Cat.field((class = identity, type = person, required = true));
}

struct BatonDeclined $Cat.event((stream = "case", compartment = "open", phases = "open", who = "employee")) {
  offer @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "offer"));
  person @1 :Data $Cat.field((class = identity, type = person, required = true));
  reason @2 :Text $Cat.field((class = narrative, type = text));
}

struct HolderConfirmed $Cat.event((stream = "case", compartment = "open", phases = "open", who = "holder leader")) {
  person @0 :Data $Cat.field((class = identity, type = person, required = true));
  how @1 :HolderConfirmedHow $Cat.field((class = fact, type = enumeration, required = true));
}

struct HolderLeft $Cat.event((stream = "case", compartment = "open", phases = "open", who = "leader holder system")) {
  person @0 :Data $Cat.field((class = identity, type = person, required = true));
  cause @1 :Cause $Cat.field((class = fact, type = enumeration, required = true));
}

struct ParticipantAdded $Cat.event((stream = "case", compartment = "open", phases = "open", who = "holder")) {
  participant @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "participant"));
  service @1 :Text $Cat.field((class = fact, type = service, required = true));
  person @2 :Data $Cat.field((class = identity, type = person));  # absent: the service as such
  task @3 :Text $Cat.field((class = narrative, type = line, required = true));
}

struct ParticipantRemoved $Cat.event((stream = "case", compartment = "open", phases = "open", who = "holder leader system")) {
  participant @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "participant"));
  reason @1 :ParticipantRemovedReason $Cat.field((class = fact, type = enumeration, required = true));
  note @2 :Text $Cat.field((class = narrative, type = text));
}

struct LevelChanged $Cat.event((stream = "case", compartment = "open", phases = "open", who = "holder")) {
  from @0 :Int64 = -1 $Cat.field((class = fact, type = int, required = true, max = 3));
  to @1 :Int64 = -1 $Cat.field((class = fact, type = int, required = true, min = 1, max = 3));  # 1-3
  reason @2 :Text $Cat.field((class = narrative, type = text, required = true));
  meeting @3 :Text $Cat.field((class = fact, type = refId, idKind = "meeting"));
  hearings @4 :List(Text) $Cat.field((class = fact, type = refId, list = true, idKind = "hearing"));
}

struct AgreementRecorded $Cat.event((stream = "case", compartment = "open", phases = "live", who = "staff guardian subject")) {
  about @0 :AgreementRecordedAbout $Cat.field((class = fact, type = enumeration, required = true));
  persons @1 :List(Data) $Cat.field((class = identity, type = person, required = true, list = true, nonEmpty = true));  # the guardians or subject who agree
  how @2 :AgreementRecordedHow $Cat.field((class = fact, type = enumeration, required = true));
  note @3 :Text $Cat.field((class = narrative, type = text));
}

struct GoalSet $Cat.event((stream = "case", compartment = "open", phases = "open", who = "staff")) {
  goal @0 :Text $Cat.field((class = fact, type = setId, required = true, idKind = "goal"));
  area @1 :Area $Cat.field((class = fact, type = enumeration, required = true));
  text @2 :Text $Cat.field((class = narrative, type = text, required = true));
  status @3 :GoalSetStatus $Cat.field((class = fact, type = enumeration));  # default open
}

struct MeasurePlanned $Cat.event((stream = "case", compartment = "open", phases = "open", who = "staff")) {
  measure @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "measure"));
  title @1 :Text $Cat.field((class = narrative, type = line, required = true));
  area @2 :Area $Cat.field((class = fact, type = enumeration, required = true));
  arena @3 :List(Arena) $Cat.field((class = fact, type = enumeration, required = true, list = true, nonEmpty = true));
  service @4 :Text $Cat.field((class = fact, type = service, required = true));  # responsible service
  responsible @5 :Data $Cat.field((class = identity, type = person));  # required live (H21)
  start @6 :Int32 = -2147483648 $Cat.field((class = fact, type = date));
  evaluateBy @7 :Int32 = -2147483648 $Cat.field((class = fact, type = date));  # required live (H21)
  goal @8 :Text $Cat.field((class = fact, type = refId, idKind = "goal"));
  schoolDuty @9 :Flag $Cat.field((class = fact, type = bool));  # carries out the school's duty in a school-environment case
}

struct MeasureStarted $Cat.event((stream = "case", compartment = "open", phases = "open", who = "staff")) {
  measure @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "measure"));
}

struct MeasureChanged $Cat.event((stream = "case", compartment = "open", phases = "open", who = "staff")) {
  measure @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "measure"));
  title @1 :Text $Cat.field((class = narrative, type = line));
  service @2 :Text $Cat.field((class = fact, type = service));
  responsible @3 :Data $Cat.field((class = identity, type = person));
  reason @4 :Text $Cat.field((class = narrative, type = text, required = true));
}

struct EvaluationRescheduled $Cat.event((stream = "case", compartment = "open", phases = "open", who = "staff")) {
  measure @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "measure"));
  evaluateBy @1 :Int32 = -2147483648 $Cat.field((class = fact, type = date, required = true));
  reason @2 :Text $Cat.field((class = narrative, type = text, required = true));
}

struct MeasureEvaluated $Cat.event((stream = "case", compartment = "open", phases = "open", who = "staff")) {
  measure @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "measure"));
  effect @1 :Effect $Cat.field((class = fact, type = enumeration, required = true));
  text @2 :Text $Cat.field((class = narrative, type = text));
  hearings @3 :List(Text) $Cat.field((class = fact, type = refId, list = true, idKind = "hearing"));  # the hearings that were weighed
  meeting @4 :Text $Cat.field((class = fact, type = refId, idKind = "meeting"));
  decision @5 :Decision $Cat.field((class = fact, type = enumeration, required = true));
  evaluateBy @6 :Int32 = -2147483648 $Cat.field((class = fact, type = date));  # next; required live unless decision is end (H21)
}

struct MeasureEnded $Cat.event((stream = "case", compartment = "open", phases = "open", who = "staff")) {
  measure @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "measure"));
  reason @1 :MeasureEndedReason $Cat.field((class = fact, type = enumeration, required = true));
  note @2 :Text $Cat.field((class = narrative, type = text));
}

struct MeetingCalled $Cat.event((stream = "case", compartment = "open", phases = "live", who = "staff")) {
  meeting @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "meeting"));
  kind @1 :MeetingKind $Cat.field((class = fact, type = enumeration, required = true));
  date @2 :Int32 = -2147483648 $Cat.field((class = fact, type = date, required = true));
  services @3 :List(Text) $Cat.field((class = fact, type = service, list = true));
  persons @4 :List(Data) $Cat.field((class = identity, type = person, list = true));
  agenda @5 :Text $Cat.field((class = narrative, type = text));
}

struct MeetingHeld $Cat.event((stream = "case", compartment = "level0/open", phases = "live", who = "staff")) {
  meeting @0 :Text $Cat.field((class = fact, type = setId, required = true, idKind = "meeting"));  # a called one, or new (ad hoc)
  kind @1 :MeetingKind $Cat.field((class = fact, type = enumeration, required = true));
  services @2 :List(Text) $Cat.field((class = fact, type = service, required = true, list = true));  # services present
  guardians @3 :List(Data) $Cat.field((class = identity, type = person, required = true, list = true));  # guardians present
  childPresent @4 :Flag $Cat.field((class = fact, type = bool, required = true));  # the subject was present
  persons @5 :List(Data) $Cat.field((class = identity, type = person, list = true));
  nextDate @6 :Int32 = -2147483648 $Cat.field((class = fact, type = date));
  minutes @7 :Text $Cat.field((class = narrative, type = text));  # when minutes are written in the meeting
}

struct MinutesRecorded $Cat.event((stream = "case", compartment = "level0/open", phases = "live", who = "staff")) {
  meeting @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "meeting"));
  text @1 :Text $Cat.field((class = narrative, type = text, required = true));
}

struct NoteAdded $Cat.event((stream = "case", compartment = "level0/open", phases = "live", who = "staff guardian subject")) {
  note @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "note"));
  kind @1 :NoteAddedKind $Cat.field((class = fact, type = enumeration, required = true));  # positive: "lysglimt"
  text @2 :Text $Cat.field((class = narrative, type = text, required = true));
  service @3 :Text $Cat.field((class = fact, type = service));  # the author's service; absent for the family
  goal @4 :Text $Cat.field((class = fact, type = refId, idKind = "goal"));
  measure @5 :Text $Cat.field((class = fact, type = refId, idKind = "measure"));
  compartment @6 :Compartment $Cat.field((class = fact, type = enumeration));  # default open; barnevern moves the note there
  hideFromGuardians @7 :Flag $Cat.field((class = fact, type = bool));
}

struct AttachmentAdded $Cat.event((stream = "case", compartment = "level0/open", phases = "live", who = "staff")) {
  attachment @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "attachment"));
  kind @1 :AttachmentAddedKind $Cat.field((class = fact, type = enumeration, required = true));
  title @2 :Text $Cat.field((class = narrative, type = line, required = true));
  digest @3 :Data $Cat.field((class = narrative, type = digest, required = true));
  bytes @4 :Int64 = -1 $Cat.field((class = fact, type = int, required = true));
  mediaType @5 :Text $Cat.field((class = fact, type = line, required = true));
  consent @6 :Text $Cat.field((class = fact, type = refId, idKind = "consent"));
  compartment @7 :Compartment $Cat.field((class = fact, type = enumeration));
}

struct SchoolEnvironmentFlagged $Cat.event((stream = "case", compartment = "open", phases = "live", who = "staff")) {
  service @0 :Text $Cat.field((class = fact, type = service, required = true));  # the school
  note @1 :Text $Cat.field((class = narrative, type = text));
}

struct SchoolEnvironmentPlanMade $Cat.event((stream = "case", compartment = "open", phases = "live", who = "staff")) {
  problem @0 :Text $Cat.field((class = narrative, type = text));
  measures @1 :Text $Cat.field((class = narrative, type = text));
  when @2 :Text $Cat.field((class = narrative, type = line));
  responsible @3 :Data $Cat.field((class = identity, type = person));
  evaluateBy @4 :Int32 = -2147483648 $Cat.field((class = fact, type = date));
}

struct IpAssessed $Cat.event((stream = "case", compartment = "open", phases = "live", who = "holder coordinator")) {
  entitled @0 :Flag $Cat.field((class = fact, type = bool, required = true));
  wanted @1 :Flag $Cat.field((class = fact, type = bool));
  note @2 :Text $Cat.field((class = narrative, type = text));
}

struct IpGranted $Cat.event((stream = "case", compartment = "open", phases = "live", who = "holder coordinator")) {
  wanted @0 :Flag $Cat.field((class = fact, type = bool, required = true));  # the user wants the plan
  wantsCoordinator @1 :Flag $Cat.field((class = fact, type = bool, required = true));
}

struct CoordinatorNamed $Cat.event((stream = "case", compartment = "open", phases = "open,after", who = "coordinator")) {
  person @0 :Data $Cat.field((class = identity, type = person, required = true));
  service @1 :Text $Cat.field((class = fact, type = service, required = true));
  ground @2 :CoordinatorNamedGround $Cat.field((class = fact, type = enumeration, required = true));
}

struct ReportingDutyAssessed $Cat.event((stream = "case", compartment = "barnevern", phases = "live", who = "staff")) {
  ground @0 :ReportingDutyAssessedGround $Cat.field((class = fact, type = enumeration, required = true));
  outcome @1 :ReportingDutyAssessedOutcome $Cat.field((class = fact, type = enumeration));  # absent: not settled yet
  note @2 :Text $Cat.field((class = narrative, type = text));
}

struct ConcernReportSent $Cat.event((stream = "case", compartment = "barnevern", phases = "live", who = "staff")) {
  report @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "report"));
  to @1 :ConcernReportSentTo $Cat.field((class = fact, type = enumeration, required = true));
  digest @2 :Data $Cat.field((class = narrative, type = digest));
}

struct ReportFeedbackReceived $Cat.event((stream = "case", compartment = "barnevern", phases = "all", who = "staff")) {
  report @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "report"));
  kind @1 :ReportFeedbackReceivedKind $Cat.field((class = fact, type = enumeration, required = true));
}

struct CompartmentReleased $Cat.event((stream = "case", compartment = "protected", phases = "all", who = "leader")) {
  entries @0 :List(Data) $Cat.field((class = fact, type = event, required = true, list = true, nonEmpty = true));
  toFamily @1 :Flag $Cat.field((class = fact, type = bool, required = true));
  toServices @2 :List(Text) $Cat.field((class = fact, type = service, required = true, list = true));
  agreedWith @3 :AgreedWith $Cat.field((class = fact, type = enumeration, required = true));
}

struct ProgressStalled $Cat.event((stream = "case", compartment = "open", phases = "open", who = "staff guardian subject")) {
  reason @0 :Text $Cat.field((class = narrative, type = text, required = true));
}

struct EscalatedToKe $Cat.event((stream = "case", compartment = "open", phases = "open", who = "staff guardian subject")) {
  service @0 :Text $Cat.field((class = fact, type = service, required = true));  # of kind coordinatingUnit
  request @1 :Text $Cat.field((class = narrative, type = text, required = true));
}

struct TransitionPlanned $Cat.event((stream = "case", compartment = "open", phases = "open", who = "staff")) {
  kind @0 :TransitionPlannedKind $Cat.field((class = fact, type = enumeration, required = true));
  date @1 :Int32 = -2147483648 $Cat.field((class = fact, type = date, required = true));
  service @2 :Text $Cat.field((class = fact, type = service));  # receiving
  receiver @3 :Data $Cat.field((class = identity, type = person));
  note @4 :Text $Cat.field((class = narrative, type = text));
}

struct TransitionOccurred $Cat.event((stream = "case", compartment = "open", phases = "live", who = "staff system")) {
  kind @0 :TransitionPlannedKind $Cat.field((class = fact, type = enumeration, required = true));
  note @1 :Text $Cat.field((class = narrative, type = text));
}

struct ClosureDemanded $Cat.event((stream = "case", compartment = "open", phases = "open", who = "guardian subject staff")) {
  demander @0 :Data $Cat.field((class = identity, type = person, required = true));
  reason @1 :Text $Cat.field((class = narrative, type = text));
}

struct LogClosed $Cat.event((stream = "case", compartment = "open", phases = "open", who = "holder leader")) {
  reason @0 :ClosingReason $Cat.field((class = fact, type = enumeration, required = true));
  note @1 :Text $Cat.field((class = narrative, type = text));
  hearings @2 :List(Text) $Cat.field((class = fact, type = refId, list = true, idKind = "hearing"));
}

struct ArchiveSent $Cat.event((stream = "case", compartment = "open", phases = "after", who = "archivist system holder")) {
  message @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "message"));
  target @1 :ArchiveSentTarget $Cat.field((class = fact, type = enumeration, required = true));
  externalKey @2 :Text $Cat.field((class = identity, type = line));
  digest @3 :Data $Cat.field((class = narrative, type = digest, required = true));
}

struct ArchiveReceipted $Cat.event((stream = "case", compartment = "open", phases = "after", who = "archivist system")) {
  message @0 :Text $Cat.field((class = fact, type = refId, idKind = "message"));  # absent for manual archiving
  receipt @1 :Text $Cat.field((class = identity, type = line));
}

struct ArchiveFailed $Cat.event((stream = "case", compartment = "open", phases = "after", who = "archivist system")) {
  message @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "message"));
  error @1 :Text $Cat.field((class = fact, type = line, required = true));
}

struct TransferOffered $Cat.event((stream = "case", compartment = "open", phases = "open,after", who = "holder coordinator")) {
  transfer @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "transfer"));
  toMunicipality @1 :Text $Cat.field((class = fact, type = line, required = true));
  consents @2 :List(Text) $Cat.field((class = fact, type = refId, required = true, list = true, idKind = "consent"));
  digest @3 :Data $Cat.field((class = narrative, type = digest));  # of the sealed package
}

struct TransferAccepted $Cat.event((stream = "case", compartment = "open", phases = "open,after", who = "admin coordinator system")) {
  transfer @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "transfer"));
  receipt @1 :Text $Cat.field((class = identity, type = line));
}

struct EntryCorrected $Cat.event((stream = "case", compartment = "open", phases = "all", who = "author holder leader dpo")) {
  target @0 :Data $Cat.field((class = fact, type = event, required = true));  # has the compartment of its target
  reason @1 :Text $Cat.field((class = narrative, type = text));  # required live (H25)
  changes @2 :AnyPointer $Cat.field((class = narrative, type = object));  # fields of the target's data; each keeps its class there
  # In each part: the target's struct with the changed fields of that part's class...
  changed @3 :List(Text);  # ...and their names, by bytes; named and unset = removed.
  occurredAt @4 :Int64 = -9223372036854775808 $Cat.field((class = fact, type = time));
  void @5 :Flag $Cat.field((class = fact, type = bool));  # the target did not happen (entered by mistake)
}

struct RightsRequested $Cat.event((stream = "case", compartment = "open", phases = "all", who = "guardian subject staff")) {
  request @0 :Text $Cat.field((class = fact, type = newId, required = true, idKind = "rights"));
  by @1 :Data $Cat.field((class = identity, type = person, required = true));
  kind @2 :RightsRequestedKind $Cat.field((class = fact, type = enumeration, required = true));
  text @3 :Text $Cat.field((class = narrative, type = text));
}

struct RightsAnswered $Cat.event((stream = "case", compartment = "open", phases = "all", who = "leader dpo")) {
  request @0 :Text $Cat.field((class = fact, type = refId, required = true, idKind = "rights"));
  outcome @1 :RightsAnsweredOutcome $Cat.field((class = fact, type = enumeration, required = true));
  reason @2 :Text $Cat.field((class = narrative, type = text));
}

struct EntryRestricted $Cat.event((stream = "case", compartment = "open", phases = "all", who = "dpo leader")) {
  target @0 :Data $Cat.field((class = fact, type = event, required = true));
  ground @1 :EntryRestrictedGround $Cat.field((class = fact, type = enumeration, required = true));
  until @2 :Int32 = -2147483648 $Cat.field((class = fact, type = date));
  note @3 :Text $Cat.field((class = narrative, type = text));
}

struct EntryRead $Cat.event((stream = "access", compartment = "access", phases = "-", who = "anyone coordinator archivist auditor dpo reporter system")) {
  reader @0 :Data $Cat.field((class = identity, type = person, required = true));
  service @1 :Text $Cat.field((class = fact, type = service));  # absent for the family
  capacity @2 :Capacity $Cat.field((class = fact, type = enumeration, required = true));  # operator: who runs the program opens content with it
  purpose @3 :Purpose $Cat.field((class = fact, type = enumeration, required = true));
  entries @4 :List(Data) $Cat.field((class = fact, type = event, list = true));  # absent: all that the reader may see
  visit @5 :Text $Cat.field((class = fact, type = line, required = true));  # one event per person, case and visit
}

struct ReadDenied $Cat.event((stream = "access", compartment = "access", phases = "-", who = "system")) {
  reader @0 :Data $Cat.field((class = identity, type = person, required = true));
  service @1 :Text $Cat.field((class = fact, type = service));
  purpose @2 :Purpose $Cat.field((class = fact, type = enumeration, required = true));
  entries @3 :List(Data) $Cat.field((class = fact, type = event, list = true));
  code @4 :Text $Cat.field((class = fact, type = line, required = true));
  intent @5 :Data $Cat.field((class = fact, type = digest));  # as in CommandRejected
  event @6 :Text $Cat.field((class = fact, type = line));
}

struct BreakGlassUsed $Cat.event((stream = "access", compartment = "access", phases = "-", who = "employee")) {
  person @0 :Data $Cat.field((class = identity, type = person, required = true));
  service @1 :Text $Cat.field((class = fact, type = service, required = true));
  ground @2 :Text $Cat.field((class = narrative, type = text, required = true));
  until @3 :Int64 = -9223372036854775808 $Cat.field((class = fact, type = time, required = true));  # at most 24 hours later
}

struct BreakGlassApproved $Cat.event((stream = "access", compartment = "access", phases = "-", who = "leader admin dpo")) {
  target @0 :Data $Cat.field((class = fact, type = event, required = true));  # the BreakGlassUsed
}

struct AccessReviewed $Cat.event((stream = "access", compartment = "access", phases = "-", who = "leader dpo")) {
  reader @0 :Data $Cat.field((class = identity, type = person));  # absent: all reads of the case
  result @1 :AccessReviewedResult $Cat.field((class = fact, type = enumeration, required = true));
  note @2 :Text $Cat.field((class = narrative, type = text));
}

struct CommandRejected $Cat.event((stream = "access", compartment = "access", phases = "-", who = "system")) {
  commandType @0 :Text $Cat.field((class = fact, type = line, required = true));
  rule @1 :Text $Cat.field((class = fact, type = line, required = true));
  code @2 :Text $Cat.field((class = fact, type = line, required = true));
  attemptedBy @3 :Data $Cat.field((class = identity, type = person, required = true));
  intent @4 :Data $Cat.field((class = fact, type = digest));  # leaf hash of the refused intent; absent if it never became one
  event @5 :Text $Cat.field((class = fact, type = line));  # id of the refused event
}

struct AuditAccessGranted $Cat.event((stream = "audit", compartment = "admin", phases = "-", who = "admin dpo")) {
  grant @0 :Text $Cat.field((class = fact, type = setId, required = true, idKind = "grant"));  # unique in the log; the same id again replaces (shortens) it
  auditor @1 :Data $Cat.field((class = identity, type = person, required = true));
  allCases @2 :Flag $Cat.field((class = fact, type = bool, required = true));
  cases @3 :List(Data) $Cat.field((class = identity, type = case, list = true));
  from @4 :Int32 = -2147483648 $Cat.field((class = fact, type = date, required = true));
  to @5 :Int32 = -2147483648 $Cat.field((class = fact, type = date, required = true));
  ground @6 :Text $Cat.field((class = narrative, type = text, required = true));
}

struct AuditAccessApproved $Cat.event((stream = "audit", compartment = "admin", phases = "-", who = "leader admin dpo")) {
  target @0 :Data $Cat.field((class = fact, type = event, required = true));  # the AuditAccessGranted
}

struct AuditExportMade $Cat.event((stream = "audit", compartment = "admin", phases = "-", who = "auditor admin")) {
  grant @0 :Text $Cat.field((class = fact, type = line, required = true));
  cases @1 :List(Data) $Cat.field((class = identity, type = case, required = true, list = true));
  sampleSeed @2 :Text $Cat.field((class = fact, type = line));
  sampleSize @3 :Int64 = -1 $Cat.field((class = fact, type = int));
  digest @4 :Data $Cat.field((class = narrative, type = digest, required = true));
}

struct StatisticsPublished $Cat.event((stream = "audit", compartment = "admin", phases = "-", who = "system admin")) {
  from @0 :Int32 = -2147483648 $Cat.field((class = fact, type = date, required = true));
  to @1 :Int32 = -2147483648 $Cat.field((class = fact, type = date, required = true));
  figures @2 :Text $Cat.field((class = fact, type = object, required = true));
}

struct PersonRegistered $Cat.event((stream = "directory", compartment = "admin", phases = "-", who = "admin")) {
  person @0 :Data $Cat.field((class = identity, type = person, required = true));  # latest registration wins
  roles @1 :List(Role) $Cat.field((class = fact, type = enumeration, required = true, list = true));
  service @2 :Text $Cat.field((class = fact, type = service));
  active @3 :Flag $Cat.field((class = fact, type = bool, required = true));
}

struct PersonDetailsRecorded $Cat.event((stream = "directory", compartment = "admin", phases = "-", who = "admin system")) {
  person @0 :Data $Cat.field((class = identity, type = person, required = true));  # latest wins
  name @1 :Text $Cat.field((class = identity, type = line, required = true));
  nationalId @2 :Text $Cat.field((class = identity, type = line));
  contact @3 :Contact $Cat.field((class = identity, type = object));  # {email, phone}: both line, both optional, no other key
  languages @4 :List(Text) $Cat.field((class = identity, type = lang, list = true));
  protectedAddress @5 :Flag $Cat.field((class = identity, type = bool));
}

struct ServiceRegistered $Cat.event((stream = "directory", compartment = "admin", phases = "-", who = "admin")) {
  service @0 :Text $Cat.field((class = fact, type = line, required = true));  # its id; latest registration wins
  kind @1 :ServiceKind $Cat.field((class = fact, type = enumeration, required = true));
  names @2 :Names $Cat.field((class = fact, type = object, required = true));  # {nb, nn, en}
}

struct ProfileProposed $Cat.event((stream = "directory", compartment = "admin", phases = "-", who = "admin")) {
  version @0 :Int64 = -1 $Cat.field((class = fact, type = int, required = true));  # the next number
  effectiveFrom @1 :Int32 = -2147483648 $Cat.field((class = fact, type = date, required = true));
  changes @2 :Text $Cat.field((class = fact, type = object, required = true));  # keys of section 3
}

struct ProfileApproved $Cat.event((stream = "directory", compartment = "admin", phases = "-", who = "admin")) {
  version @0 :Int64 = -1 $Cat.field((class = fact, type = int, required = true));
}

struct Catalogue {
  # Never stored. One field per event type, in the order and with the names of EventType, so that
  # reflection finds every event's struct and annotations from here.
  concernRaised @0 :ConcernRaised;
  concernConcretised @1 :ConcernConcretised;
  concernSharedWithLeader @2 :ConcernSharedWithLeader;
  anonymousConsultationHeld @3 :AnonymousConsultationHeld;
  protectionFlagSet @4 :ProtectionFlagSet;
  protectionFlagLifted @5 :ProtectionFlagLifted;
  guardiansInformed @6 :GuardiansInformed;
  childHeard @7 :ChildHeard;
  childHearingExempted @8 :ChildHearingExempted;
  level0Decided @9 :Level0Decided;
  guardianLinked @10 :GuardianLinked;
  guardianAccessGranted @11 :GuardianAccessGranted;
  guardianAccessEnded @12 :GuardianAccessEnded;
  maturityAssessed @13 :MaturityAssessed;
  consentRequested @14 :ConsentRequested;
  consentGranted @15 :ConsentGranted;
  consentRefused @16 :ConsentRefused;
  consentWithdrawn @17 :ConsentWithdrawn;
  oralConsentNoted @18 :OralConsentNoted;
  consentExceptionRecorded @19 :ConsentExceptionRecorded;
  logOpened @20 :LogOpened;
  holderAppointed @21 :HolderAppointed;
  batonOffered @22 :BatonOffered;
  batonAccepted @23 :BatonAccepted;
  batonDeclined @24 :BatonDeclined;
  holderConfirmed @25 :HolderConfirmed;
  holderLeft @26 :HolderLeft;
  participantAdded @27 :ParticipantAdded;
  participantRemoved @28 :ParticipantRemoved;
  levelChanged @29 :LevelChanged;
  agreementRecorded @30 :AgreementRecorded;
  goalSet @31 :GoalSet;
  measurePlanned @32 :MeasurePlanned;
  measureStarted @33 :MeasureStarted;
  measureChanged @34 :MeasureChanged;
  evaluationRescheduled @35 :EvaluationRescheduled;
  measureEvaluated @36 :MeasureEvaluated;
  measureEnded @37 :MeasureEnded;
  meetingCalled @38 :MeetingCalled;
  meetingHeld @39 :MeetingHeld;
  minutesRecorded @40 :MinutesRecorded;
  noteAdded @41 :NoteAdded;
  attachmentAdded @42 :AttachmentAdded;
  schoolEnvironmentFlagged @43 :SchoolEnvironmentFlagged;
  schoolEnvironmentPlanMade @44 :SchoolEnvironmentPlanMade;
  ipAssessed @45 :IpAssessed;
  ipGranted @46 :IpGranted;
  coordinatorNamed @47 :CoordinatorNamed;
  reportingDutyAssessed @48 :ReportingDutyAssessed;
  concernReportSent @49 :ConcernReportSent;
  reportFeedbackReceived @50 :ReportFeedbackReceived;
  compartmentReleased @51 :CompartmentReleased;
  progressStalled @52 :ProgressStalled;
  escalatedToKe @53 :EscalatedToKe;
  transitionPlanned @54 :TransitionPlanned;
  transitionOccurred @55 :TransitionOccurred;
  closureDemanded @56 :ClosureDemanded;
  logClosed @57 :LogClosed;
  archiveSent @58 :ArchiveSent;
  archiveReceipted @59 :ArchiveReceipted;
  archiveFailed @60 :ArchiveFailed;
  transferOffered @61 :TransferOffered;
  transferAccepted @62 :TransferAccepted;
  entryCorrected @63 :EntryCorrected;
  rightsRequested @64 :RightsRequested;
  rightsAnswered @65 :RightsAnswered;
  entryRestricted @66 :EntryRestricted;
  entryRead @67 :EntryRead;
  readDenied @68 :ReadDenied;
  breakGlassUsed @69 :BreakGlassUsed;
  breakGlassApproved @70 :BreakGlassApproved;
  accessReviewed @71 :AccessReviewed;
  commandRejected @72 :CommandRejected;
  auditAccessGranted @73 :AuditAccessGranted;
  auditAccessApproved @74 :AuditAccessApproved;
  auditExportMade @75 :AuditExportMade;
  statisticsPublished @76 :StatisticsPublished;
  personRegistered @77 :PersonRegistered;
  personDetailsRecorded @78 :PersonDetailsRecorded;
  serviceRegistered @79 :ServiceRegistered;
  profileProposed @80 :ProfileProposed;
  profileApproved @81 :ProfileApproved;
}
